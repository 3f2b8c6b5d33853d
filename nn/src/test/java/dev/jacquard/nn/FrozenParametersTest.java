package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrozenParametersTest {
  private static final LlamaConfig SMALL = LlamaConfig.of(64, 2, 4, 96, 50, 40);

  private final Backend backend = Backends.cpu(2);

  @AfterEach
  void close() {
    backend.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16", "Q8_0", "Q4_0"})
  void computesWithTheBitsOfTheConvertedWeights(DType type) throws CheckpointException {
    StateDict stored = state(type);
    LlamaModel expected = new LlamaModel(SMALL, Parameters.random(backend, 0));
    expected.parameters().load(stored);
    LlamaModel frozen = Parameters.frozen(backend, stored, p -> new LlamaModel(SMALL, p));
    assertThat(decode(frozen)).isEqualTo(decode(expected));
    assertThat(frozen.parameters().count()).isEqualTo(expected.parameters().count());
    assertThat(frozen.parameters().named()).isEmpty();
    assertThatThrownBy(() -> frozen.parameters().load(stored))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen, of here");
  }

  @Test
  void convertsMatricesOnRequest() throws CheckpointException {
    LlamaModel expected =
        Parameters.frozen(backend, state(DType.Q8_0), p -> new LlamaModel(SMALL, p));
    LlamaModel actual =
        Parameters.frozen(backend, state(DType.F32), DType.Q8_0, p -> new LlamaModel(SMALL, p));
    assertThat(actual.embedding().weight().dtype()).isEqualTo(DType.Q8_0);
    assertThat(decode(actual)).isEqualTo(decode(expected));
  }

  @Test
  void takesNoMemoryForMatricesOfAMappedFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    StateDict state = state(DType.F32);
    new SafetensorsWriter().floatsAs(DType.BF16).write(file, state);
    long before = backend.pool().liveBytes();
    try (Checkpoint checkpoint = SafetensorsReader.open(file)) {
      LlamaModel frozen =
          Parameters.frozen(backend, checkpoint.stateDict(backend), p -> new LlamaModel(SMALL, p));
      long taken = backend.pool().liveBytes() - before;
      long gains = 4L * 64 * 5; // of the normalisations, which compute in f32
      long rotary = 4L * 2 * 40 * 16; // tables of cosines and sines
      assertThat(taken).isBetween(gains, 2 * (gains + rotary));
      LlamaModel expected =
          Parameters.frozen(backend, state(DType.BF16), p -> new LlamaModel(SMALL, p));
      assertThat(decode(frozen)).isEqualTo(decode(expected));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    StateDict missing = new StateDict("here");
    state(DType.F32)
        .tensors()
        .forEach((name, x) -> missing.put(name.replace("model.norm", "model.nrom"), x));
    assertThatThrownBy(() -> build(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no tensor \"model.norm.weight\"; nearest \"model.nrom.weight\"");
    StateDict more = state(DType.F32).put("extra", Tensor.zeros(backend, Shape.of(1)));
    assertThatThrownBy(() -> build(more))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("1 of 22 tensors not expected; \"extra\"");
    LlamaConfig odd = LlamaConfig.of(60, 1, 2, 96, 50, 40);
    StateDict rows = new StateDict("here");
    new LlamaModel(odd, Parameters.random(backend, 0)).parameters().named().forEach(rows::put);
    assertThatThrownBy(
            () -> Parameters.frozen(backend, rows, DType.Q8_0, p -> new LlamaModel(odd, p)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("rows cut a block; [50, 60] of Q8_0");
  }

  private LlamaModel build(StateDict state) throws CheckpointException {
    return Parameters.frozen(backend, state, p -> new LlamaModel(SMALL, p));
  }

  /// The same random model each time, with its matrices in a type; deviations large enough to give
  /// logits of some size.
  private StateDict state(DType type) {
    StateDict state = new StateDict("here");
    LlamaModel model = new LlamaModel(SMALL, Parameters.random(backend, 3));
    model
        .parameters()
        .named()
        .forEach(
            (name, x) -> {
              boolean isMatrix = x.shape().rank() == 2;
              state.put(name, isMatrix ? x.scale(5).detach().to(type) : x.detach());
            });
    return state;
  }

  /// Logits of a block of 20 positions, of 3 more, and of one.
  private float[] decode(LlamaModel model) {
    int[] ids = new int[24];
    RandomStream random = RandomStream.of(1);
    Arrays.setAll(ids, i -> random.below(i, 50));
    Tensor tokens = Tensor.ofInts(backend, Shape.of(1, 24), ids);
    KvCache cache = model.newCache(1, 24);
    float[] logits = new float[150];
    int[] parts = {0, 20, 23, 24};
    for (int i = 0; i < 3; i++) {
      Tensor part = tokens.narrow(1, parts[i], parts[i + 1] - parts[i]);
      float[] next = model.nextLogits(part, cache).toFloats();
      System.arraycopy(next, 0, logits, 50 * i, 50);
    }
    return logits;
  }
}
