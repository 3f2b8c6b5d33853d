package dev.jacquard.jmh.train;

import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One step of training a Llama of 4.9 M parameters: forward, backward, gradient norm, AdamW.
///
/// dim 256, 6 layers, 8 heads, ffn 688, vocabulary 320, rows of 512 tokens, batch 8. The peer,
/// `TrainStepPeer`, does the same in PyTorch.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 10)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:Tier3DelayOn=1000"
    })
public class TrainStepBenchmark {
  static final int BATCH = 8;
  static final int LENGTH = 512;
  static final LlamaConfig CONFIG = LlamaConfig.of(256, 6, 8, 688, 320, LENGTH);

  /// Computing threads.
  @Param("2")
  public int threads;

  private Backend backend;
  private LlamaModel model;
  private AdamW optimizer;
  private Collection<Tensor> parameters;
  private Tensor ids;
  private Tensor labels;

  /// Builds the model and one batch, and checks that the loss starts where chance would.
  @Setup
  public void setup() {
    backend = Backends.byName("cpu", threads);
    model = new LlamaModel(CONFIG, Parameters.random(backend, 0));
    var named = model.parameters().named();
    parameters = named.values();
    optimizer = new AdamW(AdamW.decayMatricesOnly(named, 0.1f), AdamW.Betas.LLAMA);
    ids = tokens(0);
    labels = tokens(1);
    float loss = step();
    if (Math.abs(loss - Math.log(CONFIG.vocabSize())) > 0.5) {
      throw new AssertionError("loss starts at " + loss);
    }
  }

  private Tensor tokens(long stream) {
    RandomStream random = RandomStream.of(7).split(stream);
    int[] tokens = new int[BATCH * LENGTH];
    java.util.Arrays.setAll(tokens, i -> random.below(i, CONFIG.vocabSize()));
    return Tensor.ofInts(backend, Shape.of(BATCH, LENGTH), tokens);
  }

  /// One step.
  ///
  /// @return the loss
  @Benchmark
  public float llama5m() {
    return step();
  }

  private float step() {
    return TensorScope.call(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss = tape.call(() -> model.loss(ids, labels));
          Gradients gradients = tape.backward(loss);
          double norm = GradientNorm.of(parameters, gradients);
          optimizer.step(gradients, 1e-4, GradientNorm.clipFactor(norm, 1));
          return loss.item();
        });
  }

  /// Gives memory and threads back.
  @TearDown
  public void tearDown() {
    backend.close();
  }
}
