/// Vector API kernels for the CPU, their blocking, and the one parallel loop. Not exported.
///
/// Read in this order: [dev.jacquard.tensor.backend.cpu.CpuBackend],
/// [dev.jacquard.tensor.backend.cpu.ParallelFor], then one kernel group.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.backend.cpu;
