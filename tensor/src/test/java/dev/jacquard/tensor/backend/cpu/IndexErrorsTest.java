package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Numbers that point outside a table are found before they are used.
class IndexErrorsTest {
  private static final Backend BACKEND = new CpuBackend(2);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  @Test
  void crossEntropyNamesALabelOutOfRange() {
    Tensor x = Tensor.empty(BACKEND, Shape.of(2, 3));
    Tensor out = Tensor.empty(BACKEND, Shape.of(2));
    assertThatThrownBy(() -> BACKEND.softmax().crossEntropy(x, ids(0, 3), -1, out, out))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("crossEntropy: label out of range; labels[1] = 3; need 0 <= label < 3, or -1");
  }

  @Test
  void gatherNamesAnIdOutOfRange() {
    Tensor table = Tensor.empty(BACKEND, Shape.of(3, 2));
    Tensor y = Tensor.empty(BACKEND, Shape.of(3, 2));
    assertThatThrownBy(() -> BACKEND.index().gatherRows(table, ids(0, 1, -1), y))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("gatherRows: id out of range; ids[2] = -1; need 0 <= id < 3");
  }

  @Test
  void scatterNamesAnIdOutOfRange() {
    Tensor table = Tensor.empty(BACKEND, Shape.of(3, 2));
    Tensor dy = Tensor.empty(BACKEND, Shape.of(1, 2));
    assertThatThrownBy(() -> BACKEND.index().scatterAddRows(dy, ids(7), table))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("scatterAddRows: id out of range; ids[0] = 7; need 0 <= id < 3");
  }

  private static Tensor ids(int... values) {
    Tensor ids = Tensor.empty(BACKEND, DType.I32, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      ids.segment().setAtIndex(JAVA_INT, i, values[i]);
    }
    return ids;
  }
}
