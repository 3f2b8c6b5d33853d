package dev.jacquard.models.flexvar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.eval.golden.FlexVarGoldenCheck;
import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.quantizer.VectorQuantizer;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.var.MapSampler;
import dev.jacquard.models.var.ScalePlan;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// FlexVAR: the authors' numbers, any list of sizes, refining a given picture.
class FlexVarModelTest {
  private static final Path GOLDEN = Path.of("../../shared/golden/flexvar");
  private static final List<Integer> SIDES = List.of(1, 2, 4);
  private static final int CODES = 12;

  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private FlexVarModel model() {
    VarConfig config = new VarConfig(32, 2, 4, 64, 5, CODES, 6, SIDES, true, false, 1e-6f);
    FlexVarModel model = new FlexVarModel(config, Parameters.random(backend, 0));
    model
        .parameters()
        .named()
        .forEach((name, w) -> Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name)));
    return model;
  }

  private VectorQuantizer quantizer() {
    VectorQuantizer.Options options = VectorQuantizer.Options.of(CODES, 6).normalized();
    VectorQuantizer quantizer = new VectorQuantizer(Parameters.random(backend, 2), options);
    Initializer.normal(1).fill(quantizer.table(), RandomStream.of(3));
    return quantizer;
  }

  private static FlexVarGenerator.Request request() {
    List<RandomStream> randoms = List.of(RandomStream.of(1));
    return new FlexVarGenerator.Request(
        0,
        FlexVarGenerator.GuidanceRule.GROWING,
        new MapSampler(List.of(), new CategoricalSampler(), randoms),
        null);
  }

  @Test
  void everyTensorOfTheAuthorsIsWithinItsTolerance() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "no golden data beside the repository");
    List<GoldenResult> results =
        new GoldenRunner(List.of(new FlexVarGoldenCheck())).run(GOLDEN, backend);
    assertThat(results).hasSize(41).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
  }

  /// Lists that the model was not made for, one of them not square.
  @Test
  void drawingAnyListGivesTheLogitsOfOneMaskedPass() {
    scope.within(
        () -> {
          FlexVarModel model = model();
          VectorQuantizer quantizer = quantizer();
          for (ScalePlan plan :
              List.of(
                  ScalePlan.squares(SIDES),
                  ScalePlan.squares(List.of(1, 3, 4, 5)),
                  FlexVarGenerator.ofShape(List.of(1, 2, 4), 4, 6))) {
            List<float[]> drawn = new ArrayList<>();
            List<Tensor> ids = new ArrayList<>();
            Tensor codes =
                new FlexVarGenerator(model, quantizer)
                    .generate(
                        new int[] {3},
                        plan,
                        request(),
                        map -> {
                          drawn.add(map.logits().toFloats());
                          ids.add(
                              scope.within(
                                  () ->
                                      Tensor.ofInts(
                                          backend, map.ids().shape(), map.ids().toInts())));
                        });
            ScalePlan.Size last = plan.sizes().getLast();
            assertThat(codes.shape()).isEqualTo(Shape.of(1, 6, last.rows(), last.columns()));
            Tensor inputs = FlexVarModel.inputs(quantizer, ids, plan);
            Tensor whole =
                model.logits(Tensor.ofInts(backend, Shape.of(1), 3), inputs, plan); // [1, L, V]
            for (int k = 0; k < plan.count(); k++) {
              float[] expected =
                  whole.narrow(1, plan.begin(k), plan.cells(k)).contiguous().toFloats();
              assertThat(drawn.get(k)).containsExactly(expected, within(1e-4f));
            }
          }
          return 0;
        });
  }

  @Test
  void refiningKeepsTheGivenMaps() {
    scope.within(
        () -> {
          ScalePlan plan = ScalePlan.squares(SIDES);
          FlexVarGenerator generator = new FlexVarGenerator(model(), quantizer());
          float[] latents = new float[6 * 4 * 4];
          for (int i = 0; i < latents.length; i++) {
            latents[i] = RandomStream.of(9).normal(i);
          }
          Tensor given = Tensor.of(backend, Shape.of(1, 6, 4, 4), latents);
          List<Tensor> ids = generator.tokens(given, plan);
          FlexVarGenerator.Request refine =
              new FlexVarGenerator.Request(
                  0, request().rule(), request().sampler(), FlexVarGenerator.refining(ids, 2));
          List<int[]> drawn = new ArrayList<>();
          generator.generate(new int[] {0}, plan, refine, map -> drawn.add(map.ids().toInts()));
          assertThat(drawn.get(0)).isEqualTo(ids.get(0).toInts());
          assertThat(drawn.get(1)).isEqualTo(ids.get(1).toInts());
          assertThat(drawn.get(2)).isNotEqualTo(ids.get(2).toInts());
          return 0;
        });
  }

  @Test
  void theTableOfPlacesIsShrunkByMeans() {
    scope.within(
        () -> {
          FlexVarModel model = model();
          float[] whole = model.places(new ScalePlan.Size(32, 32)).toFloats();
          float[] half = model.places(new ScalePlan.Size(16, 16)).toFloats();
          float mean = (whole[0] + whole[1] + whole[32] + whole[33]) / 4;
          assertThat(half[0]).isCloseTo(mean, within(1e-6f));
          return 0;
        });
  }
}
