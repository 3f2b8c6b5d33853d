package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = silu(gate) · up`, with `silu(x) = x / (1 + e⁻ˣ)`.
///
/// Shazeer 2020 (arXiv:2002.05202), eq. 6, without the products around it.
public final class SwiGluOp {
  private SwiGluOp() {}

  /// Gates one tensor by another.
  ///
  /// @param gate `[..., F]`, f32
  /// @param up `[..., F]`, f32
  /// @return `[..., F]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor apply(Tensor gate, Tensor up) {
    Broadcasting.requireF32("swiGlu", "gate", gate);
    Broadcasting.requireF32("swiGlu", "up", up, gate);
    Shapes.requireSame("swiGlu", gate.shape(), up.shape());
    Tensor g = gate.contiguous();
    Tensor u = up.contiguous();
    Tensor y = Tensor.emptyLike(g);
    g.backend().elementwise().swiGlu(g, u, y);
    return Tape.record(
        "swiGlu",
        y,
        List.of(g, u),
        dy -> {
          Tensor dGate = Tensor.emptyLike(g);
          Tensor dUp = Tensor.emptyLike(u);
          g.backend().elementwise().swiGluBackward(dy, g, u, dGate, dUp);
          return List.of(dGate, dUp);
        });
  }
}
