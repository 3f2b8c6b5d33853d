package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.DoublePrecision;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// Holds gradients against differences: `∂L/∂x ≈ (L(x + h) - L(x - h)) / 2h` and the like, for `L =
/// Σ y · dy` with random `dy`.
///
/// ```java
/// GradCheck.standard().check(x -> RmsNormOp.apply(x[0], x[1], 1e-5f), x, weight);
/// ```
///
/// Both sides are computed by the kernels of the reference backend in f64 ([DoublePrecision]), and
/// the difference is the one of fourth order over four points, so that smooth functions agree in
/// nine digits or more. The function must be smooth within [#STEP] times two of its inputs, must
/// give the same result each time, and must compute everything from its inputs or from constants.
public final class GradCheck {
  /* Error of the difference: h⁴/30 · L⁽⁵⁾ from its form, about 1e-16 · |L| / h from rounding. At h = 1e-3 both are near
   * 1e-13 for derivatives of order 1; operators stay below 1e-11, second derivatives (whose formulas hold constants in f32)
   * below 1e-9. */

  /// Distance of the inner two points.
  public static final double STEP = 1e-3;

  /// Difference that is taken for an error where no other is asked for, absolute and relative.
  public static final double TOLERANCE = 1e-9;

  private static final int SAMPLES = 40;
  private static final RandomStream RANDOM = RandomStream.of(20260101);

  private final double tolerance;
  private final int samples;

  private GradCheck(double tolerance, int samples) {
    this.tolerance = tolerance;
    this.samples = samples;
  }

  /// The check with [#TOLERANCE], of 40 elements of each input at most.
  ///
  /// @return the check
  public static GradCheck standard() {
    return new GradCheck(TOLERANCE, SAMPLES);
  }

  /// The same check with another tolerance.
  ///
  /// @param other absolute and relative
  /// @return a changed copy
  public GradCheck tolerance(double other) {
    return new GradCheck(other, samples);
  }

  /// The same check of more or fewer elements.
  ///
  /// @param other most elements of an input to check: the first, the last and some spread between
  /// @return a changed copy
  public GradCheck samples(int other) {
    return new GradCheck(tolerance, other);
  }

  /// Checks the gradients of an operator.
  ///
  /// @param f takes tensors of the reference backend, in the order of `inputs`
  /// @param inputs where to take the gradients: f32, of any backend; they are copied
  /// @return the largest difference seen, relative where the gradient exceeds 1
  /// @throws AssertionError if a gradient differs; names the input, the element and both numbers
  public double check(Function<Tensor[], Tensor> f, Tensor... inputs) {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Tensor[] copies = new Tensor[inputs.length];
      Map<String, Tensor> named = new LinkedHashMap<>();
      for (int i = 0; i < inputs.length; i++) {
        float[] values = inputs[i].detach().toFloats();
        copies[i] = Tensor.of(backend, inputs[i].shape(), values).trainable();
        named.put("input " + i, copies[i]);
      }
      return check(() -> f.apply(copies), named);
    }
  }

  /// Checks the gradients of a model.
  ///
  /// @param f computes with tensors of the reference backend
  /// @param inputs trainable and contiguous, by name; changed on the way and restored
  /// @return the largest difference seen, relative where the gradient exceeds 1
  /// @throws DeviceException if an input is not on a reference backend
  /// @throws AssertionError if a gradient differs; names the input, the element and both numbers
  public double check(Supplier<Tensor> f, Map<String, Tensor> inputs) {
    inputs.forEach(GradCheck::requireReference);
    DoublePrecision precision = new DoublePrecision();
    return precision.call(
        () -> TensorScope.call("gradient check", () -> compare(f, inputs, precision)));
  }

  private double compare(
      Supplier<Tensor> f, Map<String, Tensor> inputs, DoublePrecision precision) {
    Tape tape = new Tape();
    Tensor y = tape.call(f::get);
    double[] dy = new double[Math.toIntExact(y.shape().numel())];
    Arrays.setAll(dy, i -> dy.length == 1 ? 1 : RANDOM.normal(i));
    Tensor upstream = Tensor.zeros(y.backend(), y.shape());
    for (int i = 0; i < dy.length; i++) {
      precision.set(upstream, i, dy[i]);
    }
    Gradients gradients = tape.backward(y, upstream);
    double largest = 0;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Tensor x = input.getValue();
      int count = (int) Math.min(samples, x.shape().numel());
      for (int s = 0; s < count; s++) {
        long element = count == 1 ? 0 : s * (x.shape().numel() - 1) / (count - 1);
        double analytic = gradients.has(x) ? precision.get(gradients.of(x), element) : 0;
        double numeric = difference(f, dy, x, element, precision);
        double off = Math.abs(analytic - numeric) / Math.max(1, Math.abs(numeric));
        if (!(off <= tolerance)) {
          throw new AssertionError(
              "gradCheck: gradients differ; %s, element %d at %s of %s: analytic %s, numeric %s; need a difference up to %s"
                  .formatted(
                      input.getKey(),
                      element,
                      place(x.shape(), element),
                      x.shape(),
                      analytic,
                      numeric,
                      tolerance));
        }
        largest = Math.max(largest, off);
      }
    }
    return largest;
  }

  /// `∂ Σ y · dy / ∂x` by one element.
  private static double difference(
      Supplier<Tensor> f, double[] dy, Tensor x, long element, DoublePrecision precision) {
    double original = precision.get(x, element);
    double[] values = new double[4]; // at -2h, -h, h, 2h
    for (int i = 0; i < 4; i++) {
      precision.set(x, element, original + (i < 2 ? i - 2 : i - 1) * STEP);
      values[i] = TensorScope.call("difference", () -> weighted(f.get(), dy, precision));
    }
    precision.set(x, element, original);
    return (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * STEP);
  }

  private static double weighted(Tensor y, double[] dy, DoublePrecision precision) {
    double sum = 0;
    for (int i = 0; i < dy.length; i++) {
      sum += dy[i] * precision.get(y, i);
    }
    return sum;
  }

  private static void requireReference(String name, Tensor x) {
    if (!(x.backend() instanceof ReferenceBackend)) {
      throw new DeviceException(
          "gradCheck: f64 on another backend; %s is on %s; need the reference backend"
              .formatted(name, x.backend().name()));
    }
  }

  /// The indices of an element.
  private static String place(Shape shape, long element) {
    long[] indices = new long[shape.rank()];
    long rest = element;
    for (int axis = indices.length - 1; axis >= 0; axis--) {
      indices[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return Arrays.toString(indices);
  }
}
