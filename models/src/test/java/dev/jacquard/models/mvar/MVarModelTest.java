package dev.jacquard.models.mvar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.eval.golden.MVarGoldenCheck;
import dev.jacquard.models.var.ScaleModel;
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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// M-VAR: the authors' numbers, one pass and drawing, who sees what.
class MVarModelTest {
  private static final Path GOLDEN = Path.of("../../shared/golden/mvar");
  private static final List<Integer> SIDES = List.of(1, 2, 3);
  private static final int CODES = 11;
  private static final int TOKENS = 14;

  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private static VarConfig config(boolean isModulationShared) {
    return new VarConfig(64, 2, 4, 64, 5, CODES, 6, SIDES, true, isModulationShared, 1e-6f);
  }

  /// @param mamba whether information passes from map to map
  private MVarModel model(boolean mamba) {
    MVarModel model = new MVarModel(config(false), Parameters.random(backend, 0));
    model
        .parameters()
        .named()
        .forEach(
            (name, w) -> {
              boolean isOfBlock = name.startsWith("blocks");
              if (!name.contains("mamba.") || name.endsWith("proj.weight")) {
                Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name));
              }
              if (isOfBlock && name.endsWith("ada_lin.1.weight")) {
                w.copyFrom(new float[Math.toIntExact(w.shape().numel())]);
              }
              if (isOfBlock && name.endsWith("ada_lin.1.bias") && !mamba) {
                float[] bias = w.detach().toFloats();
                Arrays.fill(bias, 64, 128, 0); // the second gate
                w.copyFrom(bias);
              }
            });
    return model;
  }

  @Test
  void everyTensorOfTheAuthorsIsWithinItsTolerance() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "no golden data beside the repository");
    List<GoldenResult> results =
        new GoldenRunner(List.of(new MVarGoldenCheck())).run(GOLDEN, backend);
    assertThat(results).hasSize(99).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
  }

  @Test
  void aKeptStateGivesTheLogitsOfOnePassOverAllMaps() {
    scope.within(
        () -> {
          MVarModel model = model(true);
          ScalePlan plan = model.config().plan();
          Tensor labels = Tensor.ofInts(backend, Shape.of(1), 2);
          Tensor latents = Tensor.of(backend, Shape.of(1, TOKENS - 1, 6), latents());
          Tensor whole = model.logits(labels, latents);
          try (ScaleModel.Session session = model.open(labels)) {
            for (int k = 0; k < plan.count(); k++) {
              Tensor own =
                  k == 0 ? null : latents.narrow(1, plan.begin(k) - 1, plan.cells(k)).contiguous();
              float[] expected =
                  whole.narrow(1, plan.begin(k), plan.cells(k)).contiguous().toFloats();
              assertThat(session.logits(k, own).toFloats())
                  .containsExactly(expected, within(1e-4f));
            }
          }
          return 0;
        });
  }

  /// Mamba-2 is causal over places too, so inside the map only attention looks ahead.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyMambaCarriesFromMapToMap(boolean mamba) {
    scope.within(
        () -> {
          MVarModel model = model(mamba);
          float[] latents = latents();
          float[] before = logits(model, latents);
          latents[3 * 6] += 1; // the last token of the second map
          float[] after = logits(model, latents);
          for (int t = 0; t < TOKENS; t++) {
            boolean isSame =
                Arrays.equals(
                    before, t * CODES, (t + 1) * CODES, after, t * CODES, (t + 1) * CODES);
            boolean isOwnMap = t >= 1 && t < 5;
            assertThat(isSame).as("token " + t).isEqualTo(!isOwnMap && (t < 1 || !mamba));
          }
          return 0;
        });
  }

  private static float[] latents() {
    float[] latents = new float[(TOKENS - 1) * 6];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = RandomStream.of(7).normal(i);
    }
    return latents;
  }

  private float[] logits(MVarModel model, float[] latents) {
    Tensor rows = Tensor.of(backend, Shape.of(1, TOKENS - 1, 6), latents);
    return model.logits(Tensor.ofInts(backend, Shape.of(1), 2), rows).toFloats();
  }

  @Test
  void refusesSharedModulation() {
    assertThatThrownBy(() -> new MVarModel(config(true), Parameters.random(backend, 0)))
        .hasMessageContaining("shared modulation");
  }
}
