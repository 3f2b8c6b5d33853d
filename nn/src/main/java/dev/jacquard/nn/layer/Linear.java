package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.PackedWeight;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// `y = x · Wᵀ + b`.
///
/// Parameters: `weight` `[out, in]`, and `bias` `[out]` if there is one.
public final class Linear implements Module {
  private final Parameters parameters;
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private @Nullable PackedWeight packed;

  private Linear(Parameters p, Tensor weight, @Nullable Tensor bias) {
    this.parameters = p;
    this.weight = weight;
    this.bias = bias;
  }

  /// A layer without bias.
  ///
  /// @param p where the parameters come from
  /// @param in width of the input
  /// @param out width of the output
  /// @param initializer how the weight starts
  /// @return the layer
  public static Linear withoutBias(Parameters p, int in, int out, Initializer initializer) {
    return new Linear(p, p.matrix("weight", Shape.of(out, in), initializer), null);
  }

  /// A layer whose bias starts at 0.
  ///
  /// @param p where the parameters come from
  /// @param in width of the input
  /// @param out width of the output
  /// @param initializer how the weight starts
  /// @return the layer
  public static Linear withBias(Parameters p, int in, int out, Initializer initializer) {
    return new Linear(
        p,
        p.matrix("weight", Shape.of(out, in), initializer),
        p.get("bias", Shape.of(out), Initializer.constant(0)));
  }

  /// A layer with or without bias.
  ///
  /// @param p where the parameters come from
  /// @param in width of the input
  /// @param out width of the output
  /// @param hasBias whether it has a bias
  /// @param initializer how the weight starts
  /// @return the layer
  public static Linear of(Parameters p, int in, int out, boolean hasBias, Initializer initializer) {
    return hasBias ? withBias(p, in, out, initializer) : withoutBias(p, in, out, initializer);
  }

  /// Applies the layer.
  ///
  /// @param x `[..., in]`, f32
  /// @return `[..., out]`
  public Tensor forward(Tensor x) {
    Tensor y = product(x);
    return bias == null ? y : y.add(bias);
  }

  private Tensor product(Tensor x) {
    boolean derives = Tape.follows(x) || Tape.follows(weight);
    if (packed == null || derives || x.shape().rows() < PackedWeight.LEAST_ROWS) {
      return LinearOp.apply(x, weight);
    }
    return packed.apply(x);
  }

  /// Keeps a second copy of the weight for fast drawing, in the current scope. Until it is called
  /// again, changes of the weight are seen by training only. Does nothing for a weight that is not
  /// f32.
  public void pack() {
    packed = weight.dtype() == DType.F32 ? PackedWeight.of(weight) : null;
  }

  /// The weight.
  ///
  /// @return `[out, in]`
  public Tensor weight() {
    return weight;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
