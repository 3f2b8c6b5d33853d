package dev.jacquard.tensor.conformance;

/// All kernel groups. A backend implements this in one test class; see the package.
public interface BackendConformance
    extends CopyConformance,
        ElementwiseConformance,
        ReduceConformance,
        MatmulConformance,
        NormConformance,
        SoftmaxConformance,
        AttentionConformance,
        RotaryConformance,
        IndexConformance,
        OptimizerConformance {
  /// The backend under test.
  ///
  /// @return the same object at each call
  @Override
  Lab lab();
}
