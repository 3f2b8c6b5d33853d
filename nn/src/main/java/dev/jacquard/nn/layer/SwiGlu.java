package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.SwiGluOp;

/// `y = W_down (silu(W_gate x) · W_up x)`: the feed-forward network of Llama.
///
/// Parameters: `gate_proj`, `up_proj` `[F, C]`, `down_proj` `[C, F]`, or as [Names] says. Shazeer
/// 2020 (arXiv:2002.05202), eq. 6.
public final class SwiGlu implements Module {
  private final Parameters parameters;
  private final Linear gate;
  private final Linear up;
  private final Linear down;

  /// What the projections are called.
  ///
  /// @param gate the one that goes through silu
  /// @param up the other input projection
  /// @param down the output projection
  public record Names(String gate, String up, String down) {
    /// Hugging Face's.
    public static final Names HUGGING_FACE = new Names("gate_proj", "up_proj", "down_proj");

    /// Meta's.
    public static final Names META = new Names("w1", "w3", "w2");
  }

  /// Builds the layer without biases.
  ///
  /// @param p where the parameters come from
  /// @param dim width of the model, `C`
  /// @param ffnDim width inside, `F`
  /// @param input how the input projections start
  /// @param residual how the output projection starts
  public SwiGlu(Parameters p, int dim, int ffnDim, Initializer input, Initializer residual) {
    this(p, dim, ffnDim, false, input, residual);
  }

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param dim width of the model, `C`
  /// @param ffnDim width inside, `F`
  /// @param hasBias whether the projections have biases
  /// @param input how the input projections start
  /// @param residual how the output projection starts
  public SwiGlu(
      Parameters p, int dim, int ffnDim, boolean hasBias, Initializer input, Initializer residual) {
    this(p, Names.HUGGING_FACE, dim, ffnDim, hasBias, input, residual);
  }

  /// Builds the layer under other names.
  ///
  /// @param p where the parameters come from
  /// @param names what the projections are called
  /// @param dim width of the model, `C`
  /// @param ffnDim width inside, `F`
  /// @param hasBias whether the projections have biases
  /// @param input how the input projections start
  /// @param residual how the output projection starts
  public SwiGlu(
      Parameters p,
      Names names,
      int dim,
      int ffnDim,
      boolean hasBias,
      Initializer input,
      Initializer residual) {
    this.parameters = p;
    gate = Linear.of(p.at(names.gate()), dim, ffnDim, hasBias, input);
    up = Linear.of(p.at(names.up()), dim, ffnDim, hasBias, input);
    down = Linear.of(p.at(names.down()), ffnDim, dim, hasBias, residual);
  }

  /// Applies the network to each row.
  ///
  /// @param x `[..., C]`
  /// @return `[..., C]`
  public Tensor forward(Tensor x) {
    return down.forward(SwiGluOp.apply(gate.forward(x), up.forward(x)));
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()].
  public void pack() {
    gate.pack();
    up.pack();
    down.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
