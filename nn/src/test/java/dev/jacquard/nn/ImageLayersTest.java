package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.layer.ConvTranspose2d;
import dev.jacquard.nn.layer.GroupNorm;
import dev.jacquard.nn.layer.LayerNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/// Names, shapes and first values of the layers of image models.
class ImageLayersTest {
  @Test
  void namesAreThoseOfStateDicts() {
    try (Backend backend = Backends.byName("reference", 1)) {
      Parameters p = Parameters.random(backend, 1);
      Tensor x = Tensor.full(backend, Shape.of(2, 4, 6, 6), 1);
      Tensor y = Conv2d.same(p.at("conv_in"), 4, 8, 3).forward(x);
      y = new GroupNorm(p.at("norm"), 2, 8, 1e-6f).forward(y);
      Conv2d down = new Conv2d(p.at("down"), 8, 6, 3, ConvolutionGeometry.of(2, 1));
      assertThat(down.forward(y).shape()).isEqualTo(Shape.of(2, 6, 3, 3));
      y =
          new ConvTranspose2d(p.at("up"), 6, 5, 4, ConvolutionGeometry.of(2, 1))
              .forward(down.forward(y));
      assertThat(y.shape()).isEqualTo(Shape.of(2, 5, 6, 6));
      new LayerNorm(p.at("ln"), 5, 1e-5f);
      assertThat(p.named().keySet())
          .containsExactly(
              "conv_in.weight",
              "conv_in.bias",
              "norm.weight",
              "norm.bias",
              "down.weight",
              "down.bias",
              "up.weight",
              "up.bias",
              "ln.weight",
              "ln.bias");
      assertThat(p.named().get("up.weight").shape()).isEqualTo(Shape.of(6, 5, 4, 4));
    }
  }

  @Test
  void normsStartAsThePlainNorm() {
    try (Backend backend = Backends.byName("reference", 1)) {
      float[] y =
          TensorScope.call(
              "test",
              () -> {
                LayerNorm norm = new LayerNorm(Parameters.random(backend, 1), 2, 0);
                return norm.forward(Tensor.of(backend, Shape.of(1, 2), 3, 7)).toFloats();
              });
      assertThat(y[0]).isCloseTo(-1, within(1e-6f));
      assertThat(y[1]).isCloseTo(1, within(1e-6f));
    }
  }
}
