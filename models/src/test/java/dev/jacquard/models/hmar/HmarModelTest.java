package dev.jacquard.models.hmar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.eval.golden.HmarGoldenCheck;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// HMAR: the authors' numbers, weights of the loss, steps of the maps.
class HmarModelTest {
  private static final Path GOLDEN = Path.of("../../shared/golden/hmar");
  private static final List<Integer> SIDES = List.of(1, 2, 3);
  private static final int CODES = 40;

  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private HmarGenerator generator() {
    VarConfig config = new VarConfig(32, 2, 4, 64, 5, CODES, 6, SIDES, true, false, 1e-6f);
    HmarModel model = new HmarModel(config, 1, Parameters.random(backend, 0));
    model
        .parameters()
        .named()
        .forEach((name, w) -> Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name)));
    MultiScaleResidualQuantizer quantizer =
        new MultiScaleResidualQuantizer(
            Parameters.random(backend, 3),
            new MultiScaleResidualQuantizer.Options(CODES, 6, SIDES, 4, 0.25f));
    Initializer.normal(1).fill(quantizer.table(), RandomStream.of(4));
    return new HmarGenerator(model, quantizer);
  }

  private static HmarGenerator.Request request(List<List<Integer>> steps) {
    List<RandomStream> randoms = List.of(RandomStream.of(1), RandomStream.of(2));
    MapSampler sampler = new MapSampler(List.of(), new CategoricalSampler(), randoms);
    return new HmarGenerator.Request(1.5, sampler, steps);
  }

  @Test
  void everyTensorOfTheAuthorsIsWithinItsTolerance() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "no golden data beside the repository");
    List<GoldenResult> results =
        new GoldenRunner(List.of(new HmarGoldenCheck())).run(GOLDEN, backend);
    assertThat(results).hasSizeGreaterThan(200);
    assertThat(results).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
  }

  @Test
  void weightsOfTheMapsAreThePublishedOnes() {
    assertThat(HmarLoss.weights(1, 2, 3, 4, 5, 6, 8, 10, 13, 16))
        .containsExactly(
            new double[] {
              0.0247, 0.0642, 0.1150, 0.1379, 0.1402, 0.1329, 0.1208, 0.1054, 0.0882, 0.0709
            },
            within(5e-5));
  }

  /// Five passes: each map once, the second in three steps; masked steps keep settled tokens.
  @Test
  void aMaskedStepChangesMaskedTokensOnly() {
    scope.within(
        () -> {
          List<int[]> draws = new ArrayList<>();
          List<int[]> maps = new ArrayList<>();
          generator()
              .generate(
                  new int[] {4, 1},
                  request(List.of(List.of(1), List.of(2, 1, 1))),
                  new HmarGenerator.Listener() {
                    @Override
                    public void onDraw(HmarGenerator.Draw draw) {
                      draws.add(draw.ids().toInts());
                    }

                    @Override
                    public void onMap(int scale, Tensor ids, Tensor sum) {
                      maps.add(ids.toInts());
                    }
                  });
          assertThat(draws).hasSize(5);
          for (int b = 0; b < 2; b++) {
            int fromFirst = 0;
            for (int i = 0; i < 4; i++) {
              int at = 4 * b + i;
              int settled = maps.get(1)[at];
              assertThat(settled).isIn(draws.get(1)[at], draws.get(2)[at], draws.get(3)[at]);
              fromFirst += settled == draws.get(1)[at] ? 1 : 0;
            }
            assertThat(fromFirst).isGreaterThanOrEqualTo(2);
          }
          return 0;
        });
  }

  @Test
  void refusesStepsThatDoNotSettleAMap() {
    scope.within(
        () -> {
          HmarGenerator generator = generator();
          assertThatThrownBy(
                  () ->
                      generator.generate(
                          new int[] {0, 0},
                          request(List.of(List.of(1), List.of(2, 3))),
                          HmarGenerator.Listener.NONE))
              .hasMessageContaining("map 1")
              .hasMessageContaining("add up to 4");
          return 0;
        });
  }
}
