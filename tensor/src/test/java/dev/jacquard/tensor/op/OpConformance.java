package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;

/// All operators, each with its gradients.
public interface OpConformance
    extends AddOpConformance,
        SubOpConformance,
        MulOpConformance,
        DivOpConformance,
        ScaleOpConformance,
        UnaryOpConformance,
        SumOpConformance,
        MatmulOpConformance,
        LinearOpConformance,
        ConvolutionOpConformance,
        ResizeOpConformance,
        RmsNormOpConformance,
        NormOpConformance,
        SoftmaxOpConformance,
        SwiGluOpConformance,
        CrossEntropyOpConformance,
        EmbeddingOpConformance,
        RotaryOpConformance,
        AttentionOpConformance,
        NarrowOpConformance,
        PermuteOpConformance,
        ReshapeOpConformance,
        ContiguousOpConformance,
        EinsumOpConformance,
        FourierOpConformance,
        LinearAttentionOpConformance,
        ElementwiseOpConformance,
        ScanOpConformance,
        PickingOpConformance,
        ArrangingOpConformance,
        StatisticsOpConformance,
        SecondDerivativeConformance {
  @Override
  Lab lab();
}
