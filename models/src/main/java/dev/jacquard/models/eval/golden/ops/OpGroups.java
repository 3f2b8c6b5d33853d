package dev.jacquard.models.eval.golden.ops;

import java.util.Map;

/// The table of each group of cases. Names mean the same operator wherever they occur, save that
/// each group has a table of its own.
final class OpGroups {
  private static final Map<String, OpTable> TABLES =
      Map.ofEntries(
          Map.entry("matmul", MatmulCases.table()),
          Map.entry("conv", ConvolutionCases.table()),
          Map.entry("norm", NormCases.table()),
          Map.entry("resize", ResizeCases.table()),
          Map.entry("composite", CompositeCases.table()),
          Map.entry("attention", AttentionCases.table()),
          Map.entry("elementwise", ElementwiseCases.table()),
          Map.entry("activation", ActivationCases.table()),
          Map.entry("reduce", ReduceCases.table()),
          Map.entry("index", IndexCases.table()),
          Map.entry("shape", ShapeCases.table()),
          Map.entry("softmax_loss", LossCases.table()));

  private static final OpTable NONE = new OpTable();

  private OpGroups() {}

  /// The operators of a group; none if nobody knows the group.
  static OpTable table(String group) {
    return TABLES.getOrDefault(group, NONE);
  }
}
