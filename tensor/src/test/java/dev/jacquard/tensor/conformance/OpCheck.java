package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;

/// Checks a differentiable operator: its result against a formula in f64, the gradient of each
/// input against central differences of the formula, for inputs in every layout.
///
/// ```java
/// new OpCheck(lab, "scale").input(3, 7).run(x -> x[0].scale(2), x -> times(2, x[0]), 3, 7);
/// ```
public final class OpCheck {
  private final Lab lab;
  private final String what;
  private final List<Shape> shapes = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private double tolerance = Expect.TOLERANCE;

  /// Starts a check.
  ///
  /// @param lab where to compute
  /// @param what names the operator and the case on failure
  public OpCheck(Lab lab, String what) {
    this.lab = lab;
    this.what = what;
  }

  /// The operator in tensors.
  @FunctionalInterface
  public interface Op {
    /// Applies the operator.
    ///
    /// @param inputs in the order in which they were added
    /// @return its result
    Tensor apply(Tensor[] inputs);
  }

  /// The operator in numbers.
  @FunctionalInterface
  public interface Formula {
    /// Applies the formula.
    ///
    /// @param inputs elements of each input in row-major order
    /// @return elements of the result in row-major order
    double[] apply(double[][] inputs);
  }

  /// Adds an input of normally distributed numbers.
  ///
  /// @param sizes its shape
  /// @return this
  public OpCheck input(long... sizes) {
    Shape shape = Shape.of(sizes);
    return input(shape, Numbers.normal(what + shapes.size(), shape.numel()));
  }

  /// Adds an input of given numbers.
  ///
  /// @param shape its shape
  /// @param elements values of f32 in row-major order
  /// @return this
  public OpCheck input(Shape shape, double... elements) {
    shapes.add(shape);
    values.add(elements);
    return this;
  }

  /// Sets another tolerance for the gradients; say why.
  ///
  /// @param gradientTolerance absolute and relative
  /// @return this
  public OpCheck tolerance(double gradientTolerance) {
    tolerance = gradientTolerance;
    return this;
  }

  /// Runs the check.
  ///
  /// @param op the operator
  /// @param formula what it must compute
  /// @param resultSizes shape of the result
  public void run(Op op, Formula formula, long... resultSizes) {
    Shape result = Shape.of(resultSizes);
    double[][] x = values.toArray(double[][]::new);
    double[] expected = formula.apply(x);
    double[] dy = Numbers.normal(what + "dy", result.numel());
    List<double[]> differences = new ArrayList<>();
    for (double[] input : x) {
      // `differences` moves the elements of `input`, which is one of the rows of `x`.
      differences.add(Expect.differences(input, _ -> Numbers.dot(dy, formula.apply(x))));
    }
    Shape[] outputs = new Shape[1 + x.length];
    outputs[0] = result;
    for (int i = 0; i < x.length; i++) {
      outputs[i + 1] = shapes.get(i);
    }
    for (Layout layout : Layout.values()) {
      List<float[]> actual =
          lab.run((backend, out) -> compute(op, layout, backend, dy, out), outputs);
      Expect.close(what + ", " + layout, actual.getFirst(), expected);
      for (int i = 0; i < x.length; i++) {
        String which = "%s, %s, gradient of input %d".formatted(what, layout, i);
        Expect.gradient(which, actual.get(i + 1), differences.get(i), tolerance);
      }
    }
  }

  private void compute(Op op, Layout layout, Backend backend, double[] dy, Tensor[] out) {
    Tensor[] inputs = new Tensor[shapes.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = layout.lay(backend, shapes.get(i), values.get(i)).trainable();
    }
    Tape tape = new Tape();
    Tensor y = tape.call(() -> op.apply(inputs));
    Assertions.assertThat(y.shape()).as(what).isEqualTo(out[0].shape());
    copy(y, out[0]);
    Gradients gradients = tape.backward(y, Layout.PLAIN.lay(backend, y.shape(), dy));
    for (int i = 0; i < inputs.length; i++) {
      Tensor gradient = gradients.of(inputs[i]);
      Assertions.assertThat(gradient.shape()).as(what).isEqualTo(inputs[i].shape());
      copy(gradient, out[i + 1]);
    }
  }

  private static void copy(Tensor from, Tensor to) {
    float[] floats = Lab.read(from);
    double[] elements = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      elements[i] = floats[i];
    }
    Lab.write(to, elements);
  }
}
