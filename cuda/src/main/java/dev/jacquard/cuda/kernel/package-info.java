/// Kernels of the GPU: one launcher class for each group of [dev.jacquard.tensor.backend.Backend],
/// whose CUDA C lies in the resources of this package under the group's name.
///
/// Read in this order: [dev.jacquard.cuda.kernel.Kernels], [dev.jacquard.cuda.kernel.Launch],
/// [dev.jacquard.cuda.kernel.CudaSoftmax] with `softmax.cu`.
@org.jspecify.annotations.NullMarked
package dev.jacquard.cuda.kernel;
