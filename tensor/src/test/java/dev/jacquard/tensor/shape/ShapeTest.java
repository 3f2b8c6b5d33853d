package dev.jacquard.tensor.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void countsElementsAndRows() {
    assertThat(Shape.of().numel()).isEqualTo(1);
    assertThat(Shape.of(2, 3, 4).numel()).isEqualTo(24);
    assertThat(Shape.of(2, 3, 4).rows()).isEqualTo(6);
    assertThat(Shape.of(5).rows()).isEqualTo(1);
    assertThat(Shape.of(2, 0).rows()).isEqualTo(2);
    assertThat(Shape.of(0, 3).rows()).isZero();
  }

  @Test
  void negativeAxesCountFromTheEnd() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.dim(-1)).isEqualTo(4);
    assertThat(shape.dim(-3)).isEqualTo(2);
    assertThat(shape.with(-2, 9)).isEqualTo(Shape.of(2, 9, 4));
    assertThatThrownBy(() -> shape.dim(3)).hasMessage("shape: no axis 3; shape [2, 3, 4]");
    assertThatThrownBy(() -> shape.dim(-4)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Shape.of().last()).isInstanceOf(ShapeException.class);
  }

  @Test
  void stridesAreRowMajor() {
    assertThat(Shape.of(2, 3, 4).contiguousStrides()).containsExactly(12, 4, 1);
    assertThat(Shape.of(2, 0, 4).contiguousStrides()).containsExactly(4, 4, 1);
    assertThat(Shape.of().contiguousStrides()).isEmpty();
  }

  @Test
  void neverChanges() {
    long[] sizes = {2, 3};
    Shape shape = Shape.of(sizes);
    sizes[0] = 9;
    shape.toArray()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape.append(4)).isEqualTo(Shape.of(2, 3, 4));
    assertThat(shape.dropLast()).isEqualTo(Shape.of(2));
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape: negative size; [2, -1]");
    assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Shape.of(1L << 31).intDim(0)).isInstanceOf(ShapeException.class);
  }

  @Test
  void broadcastMatchesAxesFromTheLast() {
    assertThat(Shapes.broadcast("op", Shape.of(3, 1), Shape.of(4))).isEqualTo(Shape.of(3, 4));
    assertThat(Shapes.broadcast("op", Shape.of(), Shape.of(2, 3))).isEqualTo(Shape.of(2, 3));
    assertThat(Shapes.broadcast("op", Shape.of(1), Shape.of(0))).isEqualTo(Shape.of(0));
    assertThatThrownBy(() -> Shapes.broadcast("op", Shape.of(2, 3), Shape.of(2)))
        .hasMessage("op: shapes do not broadcast; [2, 3] and [2]; axis -1 needs equal sizes or 1");
  }
}
