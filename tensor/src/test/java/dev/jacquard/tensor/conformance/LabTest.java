package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.op.ScaleOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The suite itself: each kind of fault that it is there for makes it fail.
class LabTest {
  private final Lab lab = new Lab(_ -> new ReferenceBackend(), 1, 2);
  private int calls;

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void seesAnElementThatWasNotWritten() {
    assertThatThrownBy(
            () -> lab.runOne(Shape.of(4), (_, out) -> Lab.write(out[0].narrow(0, 0, 3), 1, 2, 3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("element 3 is untouched");
  }

  @Test
  void seesAWriteBehindTheOutput() {
    assertThatThrownBy(
            () ->
                lab.runOne(
                    Shape.of(2), (_, out) -> Lab.write(out[0].strided(0, Shape.of(3), 1), 1, 2, 3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("element 2 is outside and written");
  }

  @Test
  void seesABitThatDependsOnTheNumberOfThreads() {
    assertThatThrownBy(
            () ->
                lab.runOne(
                    Shape.of(1), (_, out) -> Lab.write(out[0], calls++ == 0 ? 1 : Math.nextUp(1f))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("with 1 threads")
        .hasMessageContaining("with 2");
  }

  @Test
  void seesMemoryThatStaysTaken() {
    assertThatThrownBy(
            () ->
                lab.runOne(
                    Shape.of(1),
                    (backend, out) -> {
                      Lab.write(out[0], 1);
                      backend.pool().acquire(64);
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("blocks in use");
  }

  @Test
  void seesAWrongResult() {
    assertThatThrownBy(
            () ->
                new OpCheck(lab, "scale")
                    .input(3, 7)
                    .run(x -> ScaleOp.apply(x[0], 2.0001f), LabTest::twice, 3, 7))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("elements off");
  }

  @Test
  void seesAWrongGradient() {
    assertThatThrownBy(
            () ->
                new OpCheck(lab, "scale")
                    .input(3, 7)
                    .run(x -> x[0].add(x[0].detach()), LabTest::twice, 3, 7)) // half is missing
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gradient 0 of 21");
  }

  @Test
  void seesAnInfinityAndANotANumber() {
    float[] actual = {Float.POSITIVE_INFINITY};
    assertThatThrownBy(() -> Expect.close("x", actual, new double[] {1e30}))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Expect.close("x", actual, new double[] {Double.NaN}))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Expect.close("x", new float[] {Float.NaN}, new double[] {1}))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void layoutsDifferInMemoryOnly() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Shape shape = Shape.of(2, 3, 4);
      double[] values = DoubleStream.iterate(0, v -> v + 1).limit(24).toArray();
      for (Layout layout : Layout.values()) {
        Tensor x = layout.lay(backend, shape, values);
        Expect.close(layout.name(), Lab.read(x), values, 0, 0);
        assertThat(x.isContiguous()).isEqualTo(layout == Layout.PLAIN);
      }
    }
  }

  private static double[] twice(double[][] x) {
    return DoubleStream.of(x[0]).map(v -> 2 * v).toArray();
  }
}
