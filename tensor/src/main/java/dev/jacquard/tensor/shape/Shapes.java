package dev.jacquard.tensor.shape;

import java.util.Arrays;

/// Shape checks and shape arithmetic shared by all operators. Every check throws before any work is
/// done.
public final class Shapes {
  private Shapes() {}

  /// Checks a shape exactly.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param actual shape seen
  /// @param expected sizes needed
  /// @throws ShapeException if they differ
  public static void require(String op, String name, Shape actual, long... expected) {
    if (!Arrays.equals(actual.toArray(), expected)) {
      throw new ShapeException(
          "%s: wrong shape; %s %s; need %s".formatted(op, name, actual, Arrays.toString(expected)));
    }
  }

  /// Checks the number of axes.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param actual shape seen
  /// @param rank number of axes needed
  /// @throws ShapeException if the number of axes differs
  public static void requireRank(String op, String name, Shape actual, int rank) {
    if (actual.rank() != rank) {
      throw new ShapeException(
          "%s: wrong number of axes; %s %s; need %d".formatted(op, name, actual, rank));
    }
  }

  /// Checks that there are enough axes.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param actual shape seen
  /// @param rank number of axes needed at least
  /// @throws ShapeException if there are fewer
  public static void requireRankAtLeast(String op, String name, Shape actual, int rank) {
    if (actual.rank() < rank) {
      throw new ShapeException(
          "%s: too few axes; %s %s; need %d at least".formatted(op, name, actual, rank));
    }
  }

  /// Turns a possibly negative axis into one from 0.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param shape shape of the argument
  /// @param axis in `[-rank, rank)`
  /// @return the same axis in `[0, rank)`
  /// @throws ShapeException if there is no such axis
  public static int axis(String op, String name, Shape shape, int axis) {
    if (axis < -shape.rank() || axis >= shape.rank()) {
      throw new ShapeException(
          "%s: no axis %d; %s %s; need %s"
              .formatted(
                  op,
                  axis,
                  name,
                  shape,
                  shape.rank() == 0
                      ? "one axis at least"
                      : -shape.rank() + " to " + (shape.rank() - 1)));
    }
    return axis < 0 ? axis + shape.rank() : axis;
  }

  /// Checks that a shape has some axes.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param shape shape of the argument
  /// @param axes each in `[-rank, rank)`
  /// @throws ShapeException if there is no such axis
  public static void requireAxes(String op, String name, Shape shape, int... axes) {
    for (int axis : axes) {
      axis(op, name, shape, axis);
    }
  }

  /// Checks that two shapes are equal.
  ///
  /// @param op name of the operator, for the message
  /// @param a one shape
  /// @param b another shape
  /// @throws ShapeException if they differ
  public static void requireSame(String op, Shape a, Shape b) {
    if (!a.equals(b)) {
      throw new ShapeException("%s: shapes differ; %s and %s; need equal ones".formatted(op, a, b));
    }
  }

  /// Checks an element type.
  ///
  /// @param op name of the operator, for the message
  /// @param name name of the argument, for the message
  /// @param actual type seen
  /// @param expected type needed
  /// @throws DTypeException if they differ
  public static void requireType(String op, String name, DType actual, DType expected) {
    if (actual != expected) {
      throw new DTypeException(
          "%s: wrong element type; %s is %s; need %s".formatted(op, name, actual, expected));
    }
  }

  /// The shape to which both broadcast: axes are matched from the last, and a size of 1 stretches.
  ///
  /// @param op name of the operator, for the message
  /// @param a one shape
  /// @param b another shape
  /// @return the common shape
  /// @throws ShapeException if two sizes differ and neither is 1
  public static Shape broadcast(String op, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] sizes = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.rank() ? a.dim(-i) : 1;
      long y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new ShapeException(
            "%s: shapes do not broadcast; %s and %s; axis -%d needs equal sizes or 1"
                .formatted(op, a, b, i));
      }
      sizes[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(sizes);
  }
}
