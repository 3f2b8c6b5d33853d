/// Kernels that touch each number once or twice, which memory should bound: elementwise functions,
/// softmax, norms, optimiser.
///
/// Their score is GB/s: bytes that must be read and written, over the time. `ElementwiseBenchmark`
/// has the baselines `sum` (reads only) and `copy`; run them together.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.stream;
