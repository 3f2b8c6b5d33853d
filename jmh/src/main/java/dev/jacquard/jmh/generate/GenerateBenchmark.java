package dev.jacquard.jmh.generate;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.llamagen.LlamaGenModel;
import dev.jacquard.models.llamagen.LlamaGenSequences;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The codes of class-conditional pictures by LlamaGen-B, 111 million random weights: 256 codes
/// each, guidance 2, so that every picture runs twice.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class GenerateBenchmark extends EngineBenchmark {
  private static final int SIDE = 16;

  /// Pictures that are drawn together.
  @Param({"1", "8"})
  public int batch;

  private TensorScope memory;
  private LlamaGenModel model;
  private Tensor classes;

  /// Makes the model. The output layer, which starts at 0, gets random weights too.
  @Override
  protected void prepare() {
    memory = TensorScope.open("LlamaGen-B");
    memory.within(
        () -> {
          LlamaGenConfig config = LlamaGenConfig.named("B", Kind.CLASS, SIDE);
          model = new LlamaGenModel(config, Parameters.random(backend, 0));
          Tensor output = Objects.requireNonNull(model.parameters().named().get("output.weight"));
          Initializer.normal(0.02f).fill(output, RandomStream.of(1));
          model.pack();
          classes = Tensor.ofInts(backend, Shape.of(batch), IntStream.range(0, batch).toArray());
          return model;
        });
    if (model.parameters().count() != 110_888_448) {
      throw new AssertionError(model.parameters().count() + " parameters");
    }
  }

  /// Draws the pictures.
  ///
  /// @return their codes
  @Benchmark
  public List<int[]> image() {
    return new PlainLoop()
        .generate(
            LlamaGenSequences.of(model, classes, CaptionMask.NONE, new Guidance(2)),
            new DecodingLoop.Request(
                Collections.nCopies(batch, new int[0]),
                -1,
                SIDE * SIDE,
                List.of(),
                new CategoricalSampler(),
                IntStream.range(0, batch).mapToObj(RandomStream::of).toList()),
            DecodingLoop.Listener.NONE);
  }

  /// Gives the model back.
  @TearDown
  public void tearDown() {
    memory.close();
  }
}
