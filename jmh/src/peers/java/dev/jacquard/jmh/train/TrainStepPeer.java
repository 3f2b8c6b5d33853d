package dev.jacquard.jmh.train;

import static org.bytedeco.pytorch.global.torch.add;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.mul;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.randint;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.rms_norm;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.silu;

import dev.jacquard.jmh.TorchPeer;
import dev.jacquard.nn.block.LlamaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The step of [TrainStepBenchmark] in PyTorch with MKL: fused attention, fused RMSNorm, eager
/// otherwise.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 10)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Dorg.bytedeco.openblas.load=mkl", "--enable-native-access=ALL-UNNAMED"})
public class TrainStepPeer {
  private static final LlamaConfig C = TrainStepBenchmark.CONFIG;

  /// Computing threads.
  @Param("2")
  public int threads;

  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private Tensor table;
  private Tensor norm;
  private Tensor head;
  private Tensor cos;
  private Tensor sin;
  private Tensor ids;
  private Tensor labels;
  private AdamW optimizer;

  private record Block(
      Tensor inputNorm,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor o,
      Tensor postNorm,
      Tensor gate,
      Tensor up,
      Tensor down) {}

  /// Builds the model and one batch.
  @Setup
  public void setup() {
    TorchPeer.useThreads(threads);
    int dim = C.dim();
    table = matrix(C.vocabSize(), dim);
    for (int layer = 0; layer < C.nLayers(); layer++) {
      blocks.add(
          new Block(
              gain(dim),
              matrix(dim, dim),
              matrix(dim, dim),
              matrix(dim, dim),
              matrix(dim, dim),
              gain(dim),
              matrix(C.ffnDim(), dim),
              matrix(C.ffnDim(), dim),
              matrix(dim, C.ffnDim())));
    }
    norm = gain(dim);
    head = matrix(C.vocabSize(), dim);
    rotaryTables();
    long[] shape = {TrainStepBenchmark.BATCH, TrainStepBenchmark.LENGTH};
    ids = randint(C.vocabSize(), shape);
    labels = randint(C.vocabSize(), shape);
    TensorVector vector = new TensorVector(parameters.toArray(new Tensor[0]));
    AdamWOptions options = new AdamWOptions(1e-4);
    options.weight_decay().put(0.1);
    optimizer = new AdamW(vector, options);
    float loss = llama5m();
    if (Math.abs(loss - Math.log(C.vocabSize())) > 0.5) {
      throw new AssertionError("loss starts at " + loss);
    }
  }

  private void rotaryTables() {
    int half = C.headDim() / 2;
    float[] c = new float[TrainStepBenchmark.LENGTH * half];
    float[] s = new float[c.length];
    for (int i = 0; i < c.length; i++) {
      double angle = i / half * Math.pow(C.ropeTheta(), -2.0 * (i % half) / C.headDim());
      c[i] = (float) Math.cos(angle);
      s[i] = (float) Math.sin(angle);
    }
    long[] shape = {1, 1, TrainStepBenchmark.LENGTH, half};
    cos = Tensor.create(c).reshape(shape);
    sin = Tensor.create(s).reshape(shape);
  }

  private Tensor matrix(int out, int in) {
    Tensor m = mul(randn(out, in), new Scalar(0.02)).detach().requires_grad_(true);
    parameters.add(m);
    return m;
  }

  private Tensor gain(int dim) {
    Tensor g = ones(dim).requires_grad_(true);
    parameters.add(g);
    return g;
  }

  /// One step.
  ///
  /// @return the loss
  @Benchmark
  public float llama5m() {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = embedding(table, ids); // [B, T, C]
      for (Block block : blocks) {
        x = add(x, attention(normalise(x, block.inputNorm), block));
        x = add(x, feedForward(normalise(x, block.postNorm), block));
      }
      Tensor logits = linear(normalise(x, norm), head).reshape(-1, C.vocabSize());
      Tensor loss = cross_entropy(logits, labels.reshape(-1));
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      return loss.item_float();
    }
  }

  private static Tensor normalise(Tensor x, Tensor weight) {
    return rms_norm(
        x, new long[] {C.dim()}, new TensorOptional(weight), new DoubleOptional(C.normEps()));
  }

  private Tensor attention(Tensor x, Block block) {
    Tensor q = rotate(heads(linear(x, block.q)));
    Tensor k = rotate(heads(linear(x, block.k)));
    Tensor v = heads(linear(x, block.v));
    Tensor y =
        scaled_dot_product_attention(
            q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false);
    return linear(
        y.transpose(1, 2).reshape(TrainStepBenchmark.BATCH, TrainStepBenchmark.LENGTH, C.dim()),
        block.o);
  }

  private static Tensor heads(Tensor x) {
    return x.view(TrainStepBenchmark.BATCH, TrainStepBenchmark.LENGTH, C.nHeads(), C.headDim())
        .transpose(1, 2); // [B, H, T, D]
  }

  private Tensor rotate(Tensor x) {
    long half = C.headDim() / 2;
    Tensor a = x.narrow(3, 0, half);
    Tensor b = x.narrow(3, half, half);
    return cat(new TensorVector(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))), 3);
  }

  private static Tensor feedForward(Tensor x, Block block) {
    return linear(mul(silu(linear(x, block.gate)), linear(x, block.up)), block.down);
  }
}
