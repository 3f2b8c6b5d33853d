package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.Conv1dOp;
import dev.jacquard.tensor.op.LinearAttentionOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.op.SelectiveScanOp;
import dev.jacquard.tensor.op.SoftplusOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Mamba-2: a sequence mixed by a state of fixed size, in time linear in its length.
///
/// ```text
/// z, x, b, c, dt = in_proj(u);  x, b, c ← silu(causal conv of 4);  dt ← softplus(dt + dt_bias)
/// S ← exp(dt · A) S + dt · b xᵀ,  y = Sᵀ c + D x        A = -exp(A_log), for each head
/// out = out_proj(rmsnorm(y · silu(z)))
/// ```
///
/// Dao & Gu 2024 (arXiv:2405.21060), section 7. Shapes: `B` batch, `T` positions, `C` width, `E =
/// 2C` inner width, `H` heads of `P`, `N` size of the state for each of them.
///
/// Parameters: `in_proj.weight` `[2E + 2N + H, C]`, `conv1d.weight` `[E + 2N, 1, 4]`,
/// `conv1d.bias`, `dt_bias`, `A_log` and `D` `[H]`, `norm.weight` `[E]`, `out_proj.weight` `[C,
/// E]`.
public final class Mamba2 implements Module {
  private static final int EXPAND = 2;
  private static final int WINDOW = 4;
  private static final float EPS = 1e-5f;
  private static final float CONV_STD = 0.02f;

  private final Parameters parameters;
  private final int inner;
  private final int headDim;
  private final int stateDim;
  private final Linear input;
  private final Tensor window;
  private final Tensor windowBias;
  private final Tensor stepBias;
  private final Tensor logDecay;
  private final Tensor skip;
  private final Tensor gain;
  private final Linear output;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param dim width, `C`
  /// @param headDim size of a head, `P`, a divisor of `2C`
  /// @param stateDim `N`
  /// @param initializer how both projections start
  public Mamba2(Parameters p, int dim, int headDim, int stateDim, Initializer initializer) {
    this.parameters = p;
    this.inner = EXPAND * dim;
    this.headDim = headDim;
    this.stateDim = stateDim;
    int heads = inner / headDim;
    int mixed = inner + 2 * stateDim;
    this.stepBias = p.get("dt_bias", Shape.of(heads), Mamba2::startSteps);
    this.logDecay =
        p.get(
            "A_log",
            Shape.of(heads),
            (a, random) -> fill(a, i -> Math.log(1 + 15 * random.uniformDouble(i))));
    this.skip = p.get("D", Shape.of(heads), Initializer.constant(1));
    this.input = Linear.withoutBias(p.at("in_proj"), dim, inner + mixed + heads, initializer);
    Parameters conv = p.at("conv1d");
    this.window = conv.get("weight", Shape.of(mixed, 1, WINDOW), Initializer.normal(CONV_STD));
    this.windowBias = conv.get("bias", Shape.of(mixed), Initializer.constant(0));
    this.gain = p.at("norm").get("weight", Shape.of(inner), Initializer.constant(1));
    this.output = Linear.withoutBias(p.at("out_proj"), inner, dim, initializer);
  }

  /// Steps log-uniform between 0.001 and 0.1, through the inverse of softplus.
  private static void startSteps(Tensor bias, RandomStream random) {
    fill(
        bias,
        i -> {
          double dt = Math.exp(Math.log(1e-3) + random.uniformDouble(i) * Math.log(100));
          return dt + Math.log(-Math.expm1(-dt));
        });
  }

  private static void fill(Tensor parameter, IntToDoubleFunction value) {
    float[] values = new float[Math.toIntExact(parameter.shape().numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    parameter.copyFrom(values);
  }

  /// What is carried from one part of a sequence to the next, overwritten by [#forward].
  ///
  /// @param memory `[B, H, N, P]`, `S`
  /// @param tail `[B, E + 2N, 3]`, the convolution's last inputs
  public record State(Tensor memory, Tensor tail) {}

  /// The state before the first position.
  ///
  /// @param backend who computes
  /// @param batch `B`
  /// @return zeros, in the current scope
  public State start(Backend backend, int batch) {
    return new State(
        Tensor.zeros(backend, Shape.of(batch, inner / headDim, stateDim, headDim)),
        Tensor.zeros(backend, Shape.of(batch, inner + 2 * stateDim, WINDOW - 1)));
  }

  /// What enters the scan.
  ///
  /// @param z `[B, T, E]`, the gate
  /// @param x `[B, T, H, P]`
  /// @param dt `[B, T, H]`, positive
  /// @param b `[B, T, 1, N]`
  /// @param c `[B, T, 1, N]`
  public record Inputs(Tensor z, Tensor x, Tensor dt, Tensor b, Tensor c) {}

  /// Projects and convolves.
  ///
  /// @param u `[B, T, C]`
  /// @param state what came before, whose tail is overwritten; null for a whole sequence
  /// @return what enters the scan
  public Inputs inputs(Tensor u, @Nullable State state) {
    long batch = u.shape().dim(0);
    long length = u.shape().dim(1);
    int mixed = inner + 2 * stateDim;
    int heads = inner / headDim;
    Tensor all = input.forward(u); // [B, T, 2E + 2N + H]
    Tensor raw = all.narrow(2, inner, mixed).permute(0, 2, 1).contiguous(); // [B, E + 2N, T]
    if (state != null) {
      raw = ConcatOp.apply(2, List.of(state.tail, raw));
      state.tail.copyFrom(raw.narrow(2, length, WINDOW - 1));
    }
    int before = state == null ? WINDOW - 1 : 0;
    Tensor xbc =
        Conv1dOp.apply(raw, window, windowBias, 1, before, 0, 1, mixed)
            .map(Unary.SILU)
            .permute(0, 2, 1)
            .contiguous(); // [B, T, E + 2N]
    return new Inputs(
        all.narrow(2, 0, inner),
        xbc.narrow(2, 0, inner).reshape(batch, length, heads, headDim),
        SoftplusOp.apply(all.narrow(2, inner + mixed, heads).add(stepBias)),
        xbc.narrow(2, inner, stateDim).reshape(batch, length, 1, stateDim),
        xbc.narrow(2, inner + stateDim, stateDim).reshape(batch, length, 1, stateDim));
  }

  /// Scans.
  ///
  /// @param in what enters
  /// @param state what came before, whose memory is overwritten; null for a whole sequence
  /// @return `[B, T, H, P]`, with the skip
  public Tensor scan(Inputs in, @Nullable State state) {
    Tensor decay = logDecay.map(Unary.EXP).scale(-1); // [H]
    LinearAttentionOp.Result result =
        SelectiveScanOp.apply(
            in.x,
            in.dt,
            decay,
            in.b,
            in.c,
            state == null ? null : state.memory,
            LinearAttentionOp.CHUNK);
    if (state != null) {
      state.memory.copyFrom(result.state());
    }
    return result.y().add(in.x.mul(skip.reshape(-1, 1)));
  }

  /// Applies the layer.
  ///
  /// @param u `[B, T, C]`
  /// @param state what came before, overwritten with what comes after; null for a whole sequence
  /// @return `[B, T, C]`
  public Tensor forward(Tensor u, @Nullable State state) {
    Inputs in = inputs(u, state);
    Tensor y = scan(in, state).reshape(u.shape().with(-1, inner).toArray()); // [B, T, E]
    return output.forward(RmsNormOp.apply(y.mul(in.z.map(Unary.SILU)), gain, EPS));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
