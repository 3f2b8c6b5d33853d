/// How a kernel becomes fast, a rung a class: naive, blocked, vector, parallel, and the engine's.
///
/// Read them in this order:
/// - matrix product: `GemmNaive`, `GemmBlocked`, `GemmVector`, `GemmParallel`, then the engine's
///   `BlockedGemm` and `GemmKernels`;
/// - `SoftmaxNaive`, `SoftmaxBlocked`, `SoftmaxVector`, `SoftmaxParallel`, then `VectorSoftmax`;
/// - `RmsNormNaive`, `RmsNormBlocked`, `RmsNormVector`, `RmsNormParallel`, then `VectorNorm`.
///
/// `GemmLadder`, `SoftmaxLadder` and `RmsNormLadder` check that all rungs agree and measure them.
/// All work on native memory, rows without gaps.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.ladder;
