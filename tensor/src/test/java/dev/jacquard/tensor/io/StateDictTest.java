package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateDictTest {
  private final ReferenceBackend backend = new ReferenceBackend();
  private final StateDict state = new StateDict("model.safetensors");

  @BeforeEach
  void fill() {
    state
        .put("layers.3.attn.wq.weight", Tensor.of(backend, Shape.of(1, 2), 1, 2))
        .put("layers.3.attn.wk.weight", Tensor.of(backend, Shape.of(1), 3))
        .put("norm.weight", Tensor.of(backend, Shape.of(1), 4));
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  @Test
  void keepsTheOrder() {
    assertThat(state.names())
        .containsExactly("layers.3.attn.wq.weight", "layers.3.attn.wk.weight", "norm.weight");
  }

  @Test
  void namesTheNearestKey() {
    assertThatThrownBy(() -> state.get("layers.3.attention.wq.weight"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "checkpoint: no tensor \"layers.3.attention.wq.weight\"; nearest"
                + " \"layers.3.attn.wq.weight\"; file has 3 tensors; model.safetensors");
  }

  @Test
  void refusesAnotherShape() {
    assertThatThrownBy(() -> state.get("norm.weight", Shape.of(2)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "checkpoint: tensor \"norm.weight\" has another shape; [1]; need [2];"
                + " model.safetensors");
  }

  @Test
  void reportsWhatIsLeftOver() throws CheckpointException {
    state.get("layers.3.attn.wq.weight");
    state.get("norm.weight", Shape.of(1));
    assertThat(state.unused()).containsExactly("layers.3.attn.wk.weight");
    assertThatThrownBy(state::requireAllUsed)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "checkpoint: 1 of 3 tensors not expected; \"layers.3.attn.wk.weight\"; nearest that is"
                + " expected \"layers.3.attn.wq.weight\"; model.safetensors");
    state.get("layers.3.attn.wk.weight");
    state.requireAllUsed();
  }

  @Test
  void refusesTheSameNameTwice() {
    assertThatThrownBy(() -> state.put("norm.weight", Tensor.of(backend, Shape.of(1), 5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void distanceIsLevenshteins() {
    assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Names.distance("", "abc")).isEqualTo(3);
    assertThat(Names.distance("abc", "abc")).isZero();
  }
}
