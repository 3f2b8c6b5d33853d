package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.Arrays;
import java.util.List;

/// The discrete Fourier transform `X[k] = Σ x[n] e^(-2πi kn/N)`, and its inverse, which divides by
/// `N`.
///
/// A complex tensor is `[..., 2]`, real part first. A real signal has `X[N-k] = conj X[k]`, so the
/// real transforms keep the frequencies `0 .. N/2` only: `K = N/2 + 1` of them, `N/2` rounded down.
///
/// A short or prime length is one matrix product. A longer one is cut by the step of Cooley & Tukey
/// 1965: with `N = PQ` and `n = Qa + b`, `k = c + Pd`,
///
/// ```text
/// X[c + Pd] = Σ_b e^(-2πi bd/Q) · e^(-2πi bc/N) · Σ_a e^(-2πi ac/P) x[Qa + b]
/// ```
///
/// that is `Q` transforms of length `P`, a rotation of each number, `P` transforms of length `Q`.
public final class FourierOp {
  private static final int LONGEST_PRODUCT = 256; // its matrix has 512 x 512 elements

  private FourierOp() {}

  /// Transforms real signals.
  ///
  /// @param x `[..., N]`, f32, `N >= 1`
  /// @return `[..., K, 2]`
  /// @throws ShapeException if the last axis is empty
  public static Tensor real(Tensor x) {
    Broadcasting.requireF32("fourier", "x", x);
    Shapes.requireRankAtLeast("fourier", "x", x.shape(), 1);
    int n = x.shape().intDim(-1);
    requirePoints(x.shape(), n);
    int kept = n / 2 + 1;
    if (divisor(n) == 1) {
      Circle circle = new Circle(n, -1);
      Tensor matrix =
          matrix(x.backend(), n, 2 * kept, (row, column) -> circle.at(row, column / 2, column % 2));
      return product(x, matrix, x.shape().with(-1, kept).append(2));
    }
    Tensor zeros = Tensor.zeros(x.backend(), x.shape().append(1));
    Tensor complex = ConcatOp.apply(-1, List.of(column(x), zeros)); // [..., N, 2]
    return transform(complex, -1).narrow(-2, 0, kept);
  }

  /// Inverts [#real(Tensor)]: `x[n] = 1/N Σ_k X[k] e^(2πi kn/N)`, the frequencies above `N/2` added
  /// by symmetry. The imaginary parts at frequency 0 and, for even `N`, `N/2` do not count.
  ///
  /// @param spectrum `[..., K, 2]`, f32
  /// @param n length of the signals, `2K - 2` or `2K - 1`
  /// @return `[..., N]`
  /// @throws ShapeException if `K` is not `N/2 + 1`
  public static Tensor realInverse(Tensor spectrum, int n) {
    requireComplex("spectrum", spectrum);
    requireFrequencies(spectrum, n);
    int kept = spectrum.shape().intDim(-2);
    if (divisor(n) == 1) {
      Circle circle = new Circle(n, 1);
      Tensor matrix =
          matrix(
              spectrum.backend(),
              2 * kept,
              n,
              (row, column) -> {
                int k = row / 2;
                double times = k == 0 || 2 * k == n ? 1 : 2; // k and n - k
                return times / n * circle.real(k, column, row % 2);
              });
      return product(spectrum, matrix, spectrum.shape().dropLast().with(-1, n));
    }
    int mirrored = n - kept; // the frequencies n-1, n-2, .. have the conjugates of 1, 2, ..
    Tensor above = RearrangeOp.flip(spectrum.narrow(-2, 1, mirrored), -2);
    Tensor conjugate = Tensor.of(spectrum.backend(), Shape.of(2), 1, -1);
    Tensor all = ConcatOp.apply(-2, List.of(spectrum, above.mul(conjugate)));
    Tensor x = transform(all, 1).scale(1f / n).narrow(-1, 0, 1); // [..., N, 1]
    return x.reshape(spectrum.shape().dropLast().with(-1, n).toArray());
  }

  /// Transforms complex signals along any axis but the last.
  ///
  /// @param x `[..., N, ..., 2]`, f32
  /// @param axis the axis of the signals; negative ones count from the end, so -2 is the last but
  ///   one
  /// @return the shape of `x`
  /// @throws ShapeException if the axis is empty, or the last one has not size 2
  public static Tensor complex(Tensor x, int axis) {
    return along(x, axis, -1);
  }

  /// Inverts [#complex].
  ///
  /// @param x `[..., N, ..., 2]`, f32
  /// @param axis the axis of the frequencies; negative ones count from the end
  /// @return the shape of `x`
  /// @throws ShapeException if the axis is empty, or the last one has not size 2
  public static Tensor complexInverse(Tensor x, int axis) {
    Tensor y = along(x, axis, 1);
    return y.scale(1f / x.shape().dim(axis));
  }

  /// Transforms real images.
  ///
  /// @param x `[..., H, W]`, f32
  /// @return `[..., H, K, 2]` with `K = W/2 + 1`
  /// @throws ShapeException if an image is empty
  public static Tensor real2d(Tensor x) {
    Shapes.requireRankAtLeast("fourier", "x", x.shape(), 2);
    return complex(real(x), -3);
  }

  /// Inverts [#real2d].
  ///
  /// @param spectrum `[..., H, K, 2]`, f32
  /// @param width `W`, `2K - 2` or `2K - 1`
  /// @return `[..., H, W]`
  /// @throws ShapeException if `K` is not `W/2 + 1`
  public static Tensor realInverse2d(Tensor spectrum, int width) {
    requireComplex("spectrum", spectrum);
    Shapes.requireRankAtLeast("fourier", "spectrum", spectrum.shape(), 3);
    requireFrequencies(spectrum, width);
    return realInverse(complexInverse(spectrum, -3), width);
  }

  private static Tensor along(Tensor x, int axis, int sign) {
    requireComplex("x", x);
    int from = Shapes.axis("fourier", "x", x.shape(), axis);
    int last = x.shape().rank() - 2;
    if (from > last) {
      throw new ShapeException(
          "fourier: the last axis holds real and imaginary part; axis %d of %s; need another"
              .formatted(axis, x.shape()));
    }
    requirePoints(x.shape(), x.shape().intDim(axis));
    return transform(x.transpose(from, last), sign).transpose(from, last);
  }

  /// `Σ x[n] e^(sign · 2πi kn/N)` of `[..., N, 2]`.
  private static Tensor transform(Tensor x, int sign) {
    int n = x.shape().intDim(-2);
    requirePoints(x.shape(), n);
    Circle circle = new Circle(n, sign);
    int p = divisor(n);
    if (p == 1) {
      Tensor matrix =
          matrix(
              x.backend(),
              2 * n,
              2 * n,
              (row, column) ->
                  row % 2 == 0
                      ? circle.at(row / 2, column / 2, column % 2)
                      : circle.timesI(row / 2, column / 2, column % 2));
      return product(x, matrix, x.shape());
    }
    int q = n / p;
    Shape cut = x.shape().dropLast().with(-1, p).append(q).append(2);
    Tensor parts = x.reshape(cut.toArray()).transpose(-3, -2); // [..., Q(b), P(a), 2]
    Tensor turned = rotate(transform(parts, sign), circle); // [..., Q(b), P(c), 2]
    Tensor whole = transform(turned.transpose(-3, -2), sign); // [..., P(c), Q(d), 2]
    return whole.transpose(-3, -2).reshape(x.shape().toArray()); // row d · P + c
  }

  /// Multiplies row `b`, column `c` of `[..., Q, P, 2]` by the root to the power `bc`.
  private static Tensor rotate(Tensor x, Circle circle) {
    int q = x.shape().intDim(-3);
    int p = x.shape().intDim(-2);
    Tensor cosines = matrix(x.backend(), q, p, (b, c) -> circle.at(b, c, 0)); // [Q, P]
    Tensor sines =
        matrix(
            x.backend(),
            q,
            2 * p,
            (b, column) -> (column % 2 == 0 ? -1 : 1) * circle.at(b, column / 2, 1));
    // (u + iv)(cos + i sin) = (u, v) cos + (v, u) (-sin, sin)
    return x.mul(cosines.reshape(q, p, 1)).add(RearrangeOp.flip(x, -1).mul(sines.reshape(q, p, 2)));
  }

  /// Rows of `x` times a matrix, in the shape of the result.
  private static Tensor product(Tensor x, Tensor matrix, Shape result) {
    long width = matrix.shape().dim(0);
    return x.reshape(x.shape().numel() / width, width).matmul(matrix).reshape(result.toArray());
  }

  private static Tensor column(Tensor x) {
    return x.reshape(x.shape().append(1).toArray());
  }

  /// The largest divisor of a long length up to its root; 1 if it is to be done by one product.
  private static int divisor(int n) {
    int p = n <= LONGEST_PRODUCT ? 1 : (int) Math.sqrt(n);
    while (n % p != 0) {
      p--;
    }
    return p;
  }

  /// The elements of a matrix, a number for each row and column.
  @FunctionalInterface
  interface Element {
    double at(int row, int column);
  }

  static Tensor matrix(Backend backend, int rows, int columns, Element element) {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) element.at(n / columns, n % columns);
    }
    return Tensor.of(backend, Shape.of(rows, columns), values);
  }

  /// The powers of the root `e^(sign · 2πi/n)`, which lie on the unit circle.
  private static final class Circle {
    private final double[][] parts; // real, imaginary; by power

    Circle(int n, int sign) {
      parts = new double[2][n];
      Arrays.setAll(parts[0], j -> StrictMath.cos(2 * Math.PI * j / n));
      Arrays.setAll(parts[1], j -> sign * StrictMath.sin(2 * Math.PI * j / n));
    }

    /// Part 0 or 1 of the root to the power `a · b`.
    double at(int a, int b, int part) {
      return parts[part][(int) ((long) a * b % parts[part].length)];
    }

    /// Part 0 or 1 of `i` times that power.
    double timesI(int a, int b, int part) {
      return part == 0 ? -at(a, b, 1) : at(a, b, 0);
    }

    /// What part 0 or 1 of a number adds to the real part of its product with that power.
    double real(int a, int b, int part) {
      return part == 0 ? at(a, b, 0) : -at(a, b, 1);
    }
  }

  private static void requireComplex(String name, Tensor x) {
    Broadcasting.requireF32("fourier", name, x);
    if (x.shape().rank() < 2 || x.shape().last() != 2) {
      throw new ShapeException(
          "fourier: not complex; %s %s; need a last axis of real and imaginary part"
              .formatted(name, x.shape()));
    }
  }

  private static void requireFrequencies(Tensor spectrum, int n) {
    if (n < 1 || spectrum.shape().dim(-2) != n / 2 + 1) {
      throw new ShapeException(
          "fourier: frequencies do not fit the length; spectrum %s for length %d; need %d"
              .formatted(spectrum.shape(), n, n / 2 + 1));
    }
  }

  private static void requirePoints(Shape shape, int n) {
    if (n < 1) {
      throw new ShapeException("fourier: no points; " + shape + "; need one at least");
    }
  }
}
