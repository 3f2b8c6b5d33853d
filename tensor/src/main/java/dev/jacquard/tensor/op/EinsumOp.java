package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Products of two tensors in Einstein's notation: letters name axes, and an axis that the result
/// does not name is summed over. `bhid,bhjd->bhij` are the scores of attention.
///
/// Axes are put into the order batch, own, shared, which makes every such product a matrix product.
public final class EinsumOp {
  private EinsumOp() {}

  /// Multiplies and sums.
  ///
  /// @param equation letters of `a`, a comma, letters of `b`, `->`, letters of the result, each of
  ///   which stands in `a` or `b`; no letter twice in one of them
  /// @param a one axis for each of its letters, f32
  /// @param b one axis for each of its letters, f32
  /// @return one axis for each letter of the result
  /// @throws ShapeException if the equation does not fit the shapes
  public static Tensor apply(String equation, Tensor a, Tensor b) {
    String[] parts = equation.replace(" ", "").split(",|->", -1);
    require(parts.length == 3, "no equation of two operands", equation, a, b);
    String inA = parts[0];
    String inB = parts[1];
    String out = parts[2];
    require(
        inA.length() == a.shape().rank() && inB.length() == b.shape().rank(),
        "letters do not fit the axes",
        equation,
        a,
        b);
    require(
        out.chars().allMatch(c -> has(inA, c) || has(inB, c)) && isSet(inA, inB, out),
        "a letter of the result is unknown, or one stands twice",
        equation,
        a,
        b);

    Broadcasting.requireF32("einsum", "a", a);
    Broadcasting.requireF32("einsum", "b", b, a);
    require(
        inA.chars().allMatch(c -> !has(inB, c) || size(a, inA, c) == size(b, inB, c)),
        "a letter has two sizes",
        equation,
        a,
        b);
    String batch = filter(out, c -> has(inA, c) && has(inB, c));
    String shared = filter(inA, c -> has(inB, c) && !has(out, c));
    String ownA = filter(out, c -> !has(inB, c));
    String ownB = filter(out, c -> !has(inA, c));
    Tensor left = arrange(a, inA, batch + ownA + shared);
    Tensor right = arrange(b, inB, batch + shared + ownB);
    long rows = count(left, batch.length(), ownA.length());
    long inner = count(right, batch.length(), shared.length());
    long columns = count(right, batch.length() + shared.length(), ownB.length());
    long matrices = count(left, 0, batch.length());
    Tensor product =
        MatmulOp.apply(
            left.reshape(matrices, rows, inner), right.reshape(matrices, inner, columns));
    String order = batch + ownA + ownB;
    long[] sizes = new long[order.length()];
    for (int i = 0; i < sizes.length; i++) {
      char c = order.charAt(i);
      sizes[i] = has(inA, c) ? size(a, inA, c) : size(b, inB, c);
    }
    return product.reshape(sizes).permute(places(order, out));
  }

  /// Sums over the letters that nobody else has, and puts the others into an order.
  private static Tensor arrange(Tensor x, String letters, String order) {
    int[] lonely =
        filter(letters, c -> !has(order, c)).chars().map(c -> letters.indexOf(c)).toArray();
    Tensor sum = lonely.length == 0 ? x : SumOp.apply(x, lonely); // lonely axes: size 1, go last
    int[] axes = Arrays.copyOf(places(letters, order), letters.length());
    System.arraycopy(lonely, 0, axes, order.length(), lonely.length);
    Tensor arranged = sum.permute(axes);
    Shape kept = arranged.shape();
    return arranged.reshape(Arrays.copyOf(kept.toArray(), order.length()));
  }

  /// For each letter of `order` its place in `letters`.
  private static int[] places(String letters, String order) {
    return order.chars().map(c -> letters.indexOf(c)).toArray();
  }

  private static long count(Tensor x, int from, int length) {
    long product = 1;
    for (int axis = from; axis < from + length; axis++) {
      product *= x.shape().dim(axis);
    }
    return product;
  }

  private static long size(Tensor x, String letters, int letter) {
    return x.shape().dim(letters.indexOf(letter));
  }

  private static boolean isSet(String... words) {
    return Arrays.stream(words).allMatch(w -> w.chars().distinct().count() == w.length());
  }

  private static boolean has(String letters, int letter) {
    return letters.indexOf(letter) >= 0;
  }

  private static String filter(String letters, IntPredicate keep) {
    return letters
        .chars()
        .filter(keep)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void require(
      boolean condition, String problem, String equation, Tensor a, Tensor b) {
    if (!condition) {
      throw new ShapeException(
          "einsum: %s; \"%s\" for a %s, b %s; need for example \"bik,bkj->bij\""
              .formatted(problem, equation, a.shape(), b.shape()));
    }
  }
}
