package dev.jacquard.nn.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.GradCheck;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The blocks of convolutional autoencoders: names, shapes, gradients.
class ConvolutionBlocksTest {
  private final ReferenceBackend backend = new ReferenceBackend();
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @Test
  void aBlockOfOtherWidthHasAShortcut() {
    ResnetBlock block = new ResnetBlock(Parameters.random(backend, 1), 4, 6, 2, 1e-6f);
    assertThat(block.parameters().named())
        .containsOnlyKeys(
            "norm1.weight",
            "norm1.bias",
            "conv1.weight",
            "conv1.bias",
            "norm2.weight",
            "norm2.bias",
            "conv2.weight",
            "conv2.bias",
            "nin_shortcut.weight",
            "nin_shortcut.bias");
    checkGradients(block, block::forward, Shape.of(2, 6, 3, 5));
  }

  @Test
  void aBlockOfTheSameWidthHasNone() {
    ResnetBlock block = new ResnetBlock(Parameters.random(backend, 2), 4, 4, 2, 1e-6f);
    assertThat(block.parameters().named()).hasSize(8);
    checkGradients(block, block::forward, Shape.of(2, 4, 3, 5));
  }

  @Test
  void positionsAttendToEachOther() {
    PixelAttention block = new PixelAttention(Parameters.random(backend, 3), 4, 2, 1e-6f);
    assertThat(block.parameters().named().keySet())
        .contains("norm.weight", "q.weight", "k.bias", "v.weight", "proj_out.bias");
    checkGradients(block, block::forward, Shape.of(2, 4, 3, 5));
    Tensor x = input();
    float[] y = block.forward(x).toFloats();
    float[] moved = x.toFloats();
    moved[0] += 1; // of the first position of the first channel
    float[] other = block.forward(Tensor.of(backend, x.shape(), moved)).toFloats();
    assertThat(other[14]).isNotEqualTo(y[14]); // the last position of that channel
    assertThat(other[60]).isEqualTo(y[60]); // the other picture
  }

  private Tensor input() {
    float[] values = new float[2 * 4 * 3 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = RandomStream.of(4).normal(i);
    }
    return Tensor.of(backend, Shape.of(2, 4, 3, 5), values);
  }

  private void checkGradients(Module block, UnaryOperator<Tensor> forward, Shape result) {
    Tensor x = input().trainable();
    assertThat(forward.apply(x).shape()).isEqualTo(result);
    Map<String, Tensor> inputs = new LinkedHashMap<>(block.parameters().named());
    inputs.put("x", x);
    GradCheck.standard().samples(3).tolerance(1e-7).check(() -> forward.apply(x), inputs);
  }
}
