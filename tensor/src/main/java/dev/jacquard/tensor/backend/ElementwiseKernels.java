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
    DIV
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
    RELU
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
  /// @param y same shape; may be the same tensor as `x`
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
