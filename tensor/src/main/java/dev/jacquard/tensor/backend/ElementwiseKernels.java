package dev.jacquard.tensor.backend;

/// Functions applied to each element.
public interface ElementwiseKernels {
  /// Functions of two elements.
  enum Binary {
    /// `a + b`
    ADD,
    /// `a - b`
    SUB,
    /// `a * b`
    MUL,
    /// `a / b`
    DIV,
    /// the larger of the two; NaN if one is NaN
    MAX,
    /// the smaller of the two; NaN if one is NaN
    MIN,
    /// `aᵇ`
    POW,
    /// angle of the point with abscissa `b` and ordinate `a`, in `[-π, π]`
    ATAN2,
    /// 1 where `a > b`, else 0
    GREATER,
    /// 1 where `a = b`, else 0
    EQUAL
  }

  /// Functions of one element, with derivatives.
  enum Unary {
    /// `-x`
    NEG,
    /// `eˣ`
    EXP,
    /// natural logarithm
    LOG,
    /// `√x`
    SQRT,
    /// hyperbolic tangent
    TANH,
    /// `1 / (1 + e⁻ˣ)`
    SIGMOID,
    /// `x · sigmoid(x)`
    SILU,
    /// `max(x, 0)`
    RELU,
    /// `|x|`; derivative 0 at 0
    ABS,
    /// -1, 0 or 1; derivative 0
    SIGN,
    /// largest whole number not above `x`; derivative 0
    FLOOR,
    /// nearest whole number, halves to the even one; derivative 0
    ROUND,
    /// `x²`
    SQUARE,
    /// `1 / x`
    RECIPROCAL,
    /// `1 / √x`
    RSQRT,
    /// `ln(1 + x)`, exact for small `x`
    LOG1P,
    /// `eˣ - 1`, exact for small `x`
    EXPM1,
    /// sine
    SIN,
    /// cosine
    COS,
    /// inverse hyperbolic tangent
    ATANH,
    /// error function, `2/√π ∫₀ˣ exp(-t²) dt`
    ERF,
    /// `x · Φ(x)` with `Φ(x) = (1 + erf(x/√2)) / 2` (Hendrycks & Gimpel 2016, arXiv:1606.08415)
    GELU,
    /// `x · sigmoid(2u)` with `u = √(2/π) (x + 0.044715 x³)`, which equals `x (1 + tanh u) / 2`:
    /// the approximation of GELU in section 2 of its paper
    GELU_TANH
  }

  /// `y = f(a, b)`. Inputs may be strided; both have the shape of `y`, stretched axes with stride
  /// 0.
  ///
  /// @param f the function
  /// @param a first operand
  /// @param b second operand
  /// @param y result, contiguous; may be the same tensor as `a`
  void binary(Binary f, TensorView a, TensorView b, TensorView y);

  /// `y = f(x)`.
  ///
  /// @param f the function
  /// @param x any shape
  /// @param y same shape
  void unary(Unary f, TensorView x, TensorView y);

  /// `dx = f'(x) · dy`.
  ///
  /// @param f the function
  /// @param dy gradient of the result
  /// @param x argument of the forward pass
  /// @param y result of the forward pass
  /// @param dx gradient of the argument
  void unaryBackward(Unary f, TensorView dy, TensorView x, TensorView y, TensorView dx);

  /// `y = alpha · x + beta`.
  ///
  /// @param x any shape
  /// @param alpha factor
  /// @param beta summand
  /// @param y same shape; may be the same tensor as `x`
  void affine(TensorView x, float alpha, float beta, TensorView y);

  /// `y = alpha · a + beta · b`, the `axpby` of BLAS.
  ///
  /// @param a any shape
  /// @param alpha factor of `a`
  /// @param b same shape
  /// @param beta factor of `b`
  /// @param y same shape; may be the same tensor as `a` or `b`
  void weightedSum(TensorView a, float alpha, TensorView b, float beta, TensorView y);

  /// `y = min(max(x, low), high)`.
  ///
  /// @param x any shape
  /// @param low least result
  /// @param high greatest result, not below `low`
  /// @param y same shape; may be the same tensor as `x`
  void clamp(TensorView x, float low, float high, TensorView y);

  /// `dx = dy` where `low <= x <= high`, else 0.
  ///
  /// @param dy gradient of the result
  /// @param x argument of the forward pass
  /// @param low least result
  /// @param high greatest result
  /// @param dx gradient of the argument
  void clampBackward(TensorView dy, TensorView x, float low, float high, TensorView dx);

  /// `y = a` where the mask is not 0, else `b`. Inputs may be strided; all have the shape of `y`,
  /// stretched axes with stride 0.
  ///
  /// @param mask which to take
  /// @param a taken where the mask is not 0
  /// @param b taken elsewhere
  /// @param y result, contiguous
  void select(TensorView mask, TensorView a, TensorView b, TensorView y);

  /// `y = silu(gate) · up`: the middle of SwiGLU (Shazeer 2020, arXiv:2002.05202, eq. 6).
  ///
  /// @param gate any shape
  /// @param up same shape
  /// @param y same shape
  void swiGlu(TensorView gate, TensorView up, TensorView y);

  /// Gradients of [#swiGlu].
  ///
  /// @param dy gradient of the result
  /// @param gate argument of the forward pass
  /// @param up argument of the forward pass
  /// @param dGate gradient of `gate`
  /// @param dUp gradient of `up`
  void swiGluBackward(
      TensorView dy, TensorView gate, TensorView up, TensorView dGate, TensorView dUp);
}
