/// The only package that knows how to reach NVIDIA's libraries: devices, memory, streams, events,
/// compilation, launches and the matrix product of cuBLAS.
///
/// Read in this order: [dev.jacquard.cuda.driver.CudaDriver], then
/// [dev.jacquard.cuda.driver.FfmDriver].
@org.jspecify.annotations.NullMarked
package dev.jacquard.cuda.driver;
