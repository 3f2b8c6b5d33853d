package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.GemmKernels.COLUMNS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;

/// The panels of `B` that [BlockedGemm] would pack for each product, packed once: for each block of
/// `k` all panels, one after the other.
///
/// @param segment the memory, [#bytes] long
/// @param n columns of `B`
/// @param k rows of `B`
record KeptPanels(MemorySegment segment, int n, int k) {
  /// Size of the panels of a weight in bytes.
  static long bytes(int n, int k) {
    return 4L * k * BlockedGemm.roundUp(n, LANES);
  }

  /// Where a panel begins.
  ///
  /// @param k0 first row of the block of `k`
  /// @param kc rows of that block
  /// @param j first column, a multiple of [GemmKernels#COLUMNS]
  long at(int k0, int kc, int j) {
    return 4L * k0 * BlockedGemm.roundUp(n, LANES) + 4L * kc * j;
  }

  /// Packs the transpose of a weight.
  ///
  /// @param weight row `j` at byte `offset + 4 · k · j`
  void fill(ParallelFor parallel, MemorySegment weight) {
    int kStep = BlockedGemm.kStep(k);
    parallel.run(
        (n + COLUMNS - 1) / COLUMNS,
        panel -> {
          int j = panel * COLUMNS;
          int columns = Math.min(COLUMNS, n - j);
          int width = (int) BlockedGemm.roundUp(columns, LANES);
          for (int k0 = 0; k0 < k; k0 += kStep) {
            int kc = Math.min(kStep, k - k0);
            long from = 4L * ((long) j * k + k0);
            GemmPacking.packColumns(
                weight, from, 4L * k, kc, columns, width, segment, at(k0, kc, j));
          }
        });
  }
}
