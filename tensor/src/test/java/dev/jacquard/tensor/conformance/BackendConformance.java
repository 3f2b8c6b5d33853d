package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.op.OpConformance;

/// All kernel groups and all operators. A backend implements this in one test class; see the
/// package.
public interface BackendConformance
    extends CopyConformance,
        RoundingConformance,
        QuantizedConformance,
        ElementwiseConformance,
        ReduceConformance,
        MatmulConformance,
        StoredWeightConformance,
        ConvolutionConformance,
        ResizeConformance,
        NormConformance,
        CenteredNormConformance,
        SoftmaxConformance,
        AttentionConformance,
        AttentionMaskConformance,
        RotaryConformance,
        IndexConformance,
        SortConformance,
        ScanConformance,
        OptimizerConformance,
        OpConformance {
  /// The backend under test.
  ///
  /// @return the same object at each call
  @Override
  Lab lab();
}
