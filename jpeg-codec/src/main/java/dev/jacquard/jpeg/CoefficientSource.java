package dev.jacquard.jpeg;

import java.util.List;

/// Where a writer gets the coefficients of a picture from: of all of it at once, or row by row.
interface CoefficientSource {
  /// All coefficients.
  ///
  /// @return by component, with blocks that fill up MCUs
  List<ComponentCoefficients> all();

  /// Room for [#compute].
  ///
  /// @return by component
  List<ComponentCoefficients> strips();

  /// Computes the coefficients of a row of MCUs.
  ///
  /// @param to receives them, with blocks that fill up MCUs
  void compute(int mcuRow, List<ComponentCoefficients> to);

  /// What is there already.
  static CoefficientSource of(List<ComponentCoefficients> coefficients) {
    return new CoefficientSource() {
      @Override
      public List<ComponentCoefficients> all() {
        return coefficients;
      }

      @Override
      public List<ComponentCoefficients> strips() {
        return coefficients;
      }

      @Override
      public void compute(int mcuRow, List<ComponentCoefficients> to) {
        // nothing is left to do
      }
    };
  }
}
