package dev.jacquard.models.var;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.eval.golden.GoldenCheck;
import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.eval.golden.VarGoldenCheck;
import dev.jacquard.models.eval.golden.VarTokenizerGoldenCheck;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.vq.QuantizerConfig;
import dev.jacquard.models.vq.TorchFile;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// VAR: the authors' numbers, sizes, who sees what, editing, published files.
class VarModelTest {
  private static final Path GOLDEN = Path.of("../../shared/golden");
  private static final List<Integer> SIDES = List.of(1, 2, 3, 4);
  private static final int CODES = 40;
  private static final int TOKENS = 30;

  @TempDir private Path folder;
  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private static VarConfig config(boolean isModulationShared) {
    return new VarConfig(32, 2, 4, 64, 5, CODES, 6, SIDES, true, isModulationShared, 1e-6f);
  }

  private VarModel model(boolean isModulationShared) {
    return stirred(new VarModel(config(isModulationShared), Parameters.random(backend, 0)));
  }

  private static VarModel stirred(VarModel model) {
    model
        .parameters()
        .named()
        .forEach((name, w) -> Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name)));
    return model;
  }

  private VqModel tokenizer() {
    VqConfig config =
        new VqConfig(
            3,
            32,
            List.of(1, 1),
            List.of(1, 1),
            1,
            6,
            QuantizerConfig.multiScale(CODES, 6, SIDES),
            32,
            1e-6f);
    VqModel tokenizer = new VqModel(config, Parameters.random(backend, 2));
    Tensor table = quantizer(tokenizer).table();
    Initializer.normal(1).fill(table, RandomStream.of(3));
    return tokenizer;
  }

  private static MultiScaleResidualQuantizer quantizer(VqModel tokenizer) {
    return (MultiScaleResidualQuantizer) tokenizer.quantizer();
  }

  private static VarGenerator.Request request(double guidance, boolean isSmooth) {
    MapSampler sampler =
        new MapSampler(
            List.of(), new CategoricalSampler(), List.of(RandomStream.of(1), RandomStream.of(2)));
    return new VarGenerator.Request(guidance, sampler, isSmooth, null);
  }

  @ParameterizedTest
  @CsvSource({"var, 89", "var-vqvae, 252"})
  void everyTensorOfTheAuthorsIsWithinItsTolerance(String name, int tensors) throws IOException {
    Path path = GOLDEN.resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(path), "no golden data beside the repository");
    List<GoldenCheck> checks = List.of(new VarGoldenCheck(), new VarTokenizerGoldenCheck());
    List<GoldenResult> results = new GoldenRunner(checks).run(path, backend);
    assertThat(results).hasSize(tensors).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"d16, 310283520", "d20, 600917136", "d24, 1033399360", "d30, 2010020356"})
  void publishedSizesHaveThePublishedNumberOfParameters(String name, long count) {
    assertThat(VarConfig.named(name).parameterCount()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theNumberOfParametersIsThatOfTheModel(boolean isModulationShared) {
    assertThat(config(isModulationShared).parameterCount())
        .isEqualTo(model(isModulationShared).parameters().count());
  }

  @Test
  void picturesOf256And512PixelsHaveSoManyTokens() {
    assertThat(VarConfig.named("d16").plan().total()).isEqualTo(680);
    assertThat(VarConfig.named("d36-s").plan().total()).isEqualTo(2240);
    assertThatThrownBy(() -> VarConfig.named("d17"))
        .hasMessageContaining("d17")
        .hasMessageContaining("have d16");
  }

  /// Equivalence of the masked pass and of drawing with a cache, and of maps and passes.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void drawingMapByMapGivesTheLogitsOfOneMaskedPass(boolean isModulationShared) {
    scope.within(
        () -> {
          VarModel model = model(isModulationShared);
          MultiScaleResidualQuantizer quantizer = quantizer(tokenizer());
          List<float[]> drawn = new ArrayList<>();
          List<Tensor> ids = new ArrayList<>();
          new VarGenerator(model, quantizer)
              .generate(
                  new int[] {4, 1},
                  request(0, false),
                  map -> {
                    drawn.add(map.logits().toFloats());
                    ids.add(scope.within(() -> copy(map.ids())));
                  });
          assertThat(drawn).hasSize(SIDES.size());
          Tensor labels = Tensor.ofInts(backend, Shape.of(2), 4, 1);
          Tensor whole = model.logits(labels, ScaleInputs.of(quantizer, ids)); // [2, L, V]
          for (int k = 0; k < SIDES.size(); k++) {
            int begin = model.config().plan().begin(k);
            float[] expected =
                whole.narrow(1, begin, model.config().plan().cells(k)).contiguous().toFloats();
            assertThat(drawn.get(k)).containsExactly(expected, within(1e-4f));
          }
          return 0;
        });
  }

  private Tensor copy(Tensor ids) {
    return Tensor.ofInts(backend, ids.shape(), ids.toInts());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatAMapReadsChangesItsOwnTokensAndFinerOnesOnly(int scale) {
    scope.within(
        () -> {
          VarModel model = model(false);
          ScalePlan plan = model.config().plan();
          float[] latents = new float[(TOKENS - 1) * 6];
          for (int i = 0; i < latents.length; i++) {
            latents[i] = RandomStream.of(7).normal(i);
          }
          float[] before = logits(model, latents);
          latents[(plan.begin(scale) - 1) * 6] += 1; // the first token of the map
          float[] after = logits(model, latents);
          for (int t = 0; t < TOKENS; t++) {
            boolean isSame =
                Arrays.equals(
                    before, t * CODES, (t + 1) * CODES, after, t * CODES, (t + 1) * CODES);
            assertThat(isSame).as("token " + t).isEqualTo(t < plan.begin(scale));
          }
          return 0;
        });
  }

  private float[] logits(VarModel model, float[] latents) {
    Tensor rows = Tensor.of(backend, Shape.of(1, TOKENS - 1, 6), latents);
    return model.logits(Tensor.ofInts(backend, Shape.of(1), 2), rows).toFloats();
  }

  @Test
  void theResidualsOfATokenizedPictureAddUp() {
    scope.within(
        () -> {
          VqModel tokenizer = tokenizer();
          float[] pixels = new float[3 * 8 * 8];
          for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 2 * RandomStream.of(5).uniform(i) - 1;
          }
          Tensor f = tokenizer.encode(Tensor.of(backend, Shape.of(1, 3, 8, 8), pixels));
          MultiScaleResidualQuantizer.Scales scales = quantizer(tokenizer).scales(f);
          Tensor all = tokenizer.quantizer().lookup(tokenizer.quantizer().quantize(f).indices());
          assertThat(all.toFloats())
              .containsExactly(scales.sums().getLast().toFloats(), within(1e-6f));
          return 0;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void editingKeepsEveryTokenUnderTheMaskAtEveryScale(boolean isSmooth) {
    scope.within(
        () -> {
          VarModel model = model(false);
          MultiScaleResidualQuantizer quantizer = quantizer(tokenizer());
          VarGenerator generator = new VarGenerator(model, quantizer);
          List<Tensor> given = new ArrayList<>();
          generator.generate(
              new int[] {3, 0},
              request(0, false),
              map -> given.add(scope.within(() -> copy(map.ids()))));
          boolean[] left = new boolean[16];
          for (int i = 0; i < 16; i++) {
            left[i] = i % 4 < 2;
          }
          KnownTokens known = KnownTokens.of(model.config().plan(), given, left);
          assertThat(known.keeps().getFirst()).containsExactly(true);
          assertThat(known.keeps().get(1)).containsExactly(true, false, true, false);
          assertThat(known.keeps().getLast()).isEqualTo(left);
          VarGenerator.Request plain = request(2, isSmooth);
          VarGenerator.Request editing =
              new VarGenerator.Request(
                  2,
                  new MapSampler(
                      List.of(),
                      new CategoricalSampler(),
                      List.of(RandomStream.of(11), RandomStream.of(12))),
                  plain.isSmooth(),
                  known);
          List<Boolean> changed = new ArrayList<>();
          generator.generate(
              new int[] {1, 5},
              editing,
              map -> {
                int[] ids = map.ids().toInts();
                int[] old = given.get(map.scale()).toInts();
                boolean[] keep = known.keeps().get(map.scale());
                for (int i = 0; i < ids.length; i++) {
                  if (keep[i % keep.length]) {
                    assertThat(ids[i]).as("scale %d", map.scale()).isEqualTo(old[i]);
                  } else {
                    changed.add(ids[i] != old[i]);
                  }
                }
              });
          assertThat(changed).contains(true);
          return 0;
        });
  }

  @Test
  void refusesWhatDoesNotFit() {
    scope.within(
        () -> {
          VarModel model = model(false);
          VqModel tokenizer = tokenizer();
          VarGenerator generator = new VarGenerator(model, quantizer(tokenizer));
          assertThatThrownBy(
                  () ->
                      generator.generate(
                          new int[] {6}, request(0, false), VarGenerator.Listener.NONE))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("no such class; 6; need 0 to 4");
          assertThatThrownBy(() -> KnownTokens.of(model.config().plan(), List.of(), new boolean[9]))
              .hasMessageContaining("mask of another size; 9 cells; need 4 x 4");
          VarConfig other =
              new VarConfig(32, 2, 4, 64, 5, CODES, 6, List.of(1, 2, 5), true, false, 1e-6f);
          assertThatThrownBy(() -> VarGenerator.requireFit(other, quantizer(tokenizer)))
              .hasMessageContaining("scales [1, 2, 3, 4]")
              .hasMessageContaining("need [1, 2, 5]");
          assertThatThrownBy(
                  () -> new VarConfig(32, 2, 4, 64, 5, 9, 6, List.of(1, 1), true, false, 1e-6f))
              .hasMessageContaining("do not grow");
          return 0;
        });
  }

  /// The layout of `var_d16.pth` and `vae_ch160v4096z32.pth`: bare dictionaries with buffers.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void publishedFilesAreLoadedByTheirKeys(boolean isModulationShared) throws IOException {
    Path transformer = folder.resolve("var_d2.pth");
    Path vae = folder.resolve("vae.pth");
    scope.<Integer, IOException>within(
        () -> {
          VarModel model = model(isModulationShared);
          VqModel tokenizer = tokenizer();
          Map<String, Tensor> state = new LinkedHashMap<>(model.parameters().state());
          state.put("lvl_1L", Tensor.zeros(backend, Shape.of(1, TOKENS)));
          state.put("attn_bias_for_masking", Tensor.zeros(backend, Shape.of(1, 1, TOKENS, TOKENS)));
          for (int i = 0; i < 2; i++) {
            state.put("blocks." + i + ".attn.zero_k_bias", Tensor.zeros(backend, Shape.of(32)));
          }
          TorchFile.write(transformer, state);
          Map<String, Tensor> published =
              VarTokenizerWeights.published(tokenizer.parameters().state(), 2);
          assertThat(published)
              .containsKeys(
                  "encoder.down.1.attn.0.qkv.weight",
                  "decoder.up.1.upsample.conv.weight",
                  "decoder.up.0.block.1.conv1.weight",
                  "encoder.mid.attn_1.proj_out.bias",
                  "quantize.quant_resi.qresi_ls.3.weight");
          published.put("quantize.ema_vocab_hit_SV", Tensor.zeros(backend, Shape.of(10, CODES)));
          TorchFile.write(vae, published);
          Tensor expected =
              new VarGenerator(model, quantizer(tokenizer))
                  .generate(new int[] {1, 2}, request(1, false), VarGenerator.Listener.NONE);
          float[] picture = PublishedVar.picture(tokenizer, expected).toFloats();
          try (PublishedVar opened = PublishedVar.open(transformer, vae, SIDES, backend)) {
            VarConfig found = opened.model().config();
            assertThat(found).isEqualTo(config(isModulationShared));
            Tensor latents =
                new VarGenerator(opened.model(), opened.quantizer())
                    .generate(new int[] {1, 2}, request(1, false), VarGenerator.Listener.NONE);
            assertThat(opened.picture(latents).toFloats()).containsExactly(picture, within(1e-5f));
          }
          assertThatThrownBy(() -> PublishedVar.open(transformer, vae, backend))
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("30 places");
          assertThatThrownBy(() -> PublishedVar.open(vae, vae, SIDES, backend))
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("no next-scale transformer");
          return 0;
        });
  }
}
