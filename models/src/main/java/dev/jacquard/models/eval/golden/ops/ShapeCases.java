package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.ExpandOp;
import dev.jacquard.tensor.op.PadOp;
import dev.jacquard.tensor.op.RearrangeOp;
import dev.jacquard.tensor.op.SliceOp;
import dev.jacquard.tensor.op.TriangleOp;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Group `shape`.
final class ShapeCases {
  private ShapeCases() {}

  static OpTable table() {
    return new OpTable()
        .one("cat", ShapeCases::concat)
        .one("stack", c -> ConcatOp.stack(c.integer("dim"), List.copyOf(c.inputs().values())))
        .one("slice", ShapeCases::slice)
        .one("select", c -> SliceOp.select(c.x(), 1, -1))
        .many("split", c -> parts(c, -1))
        .many("chunk", c -> parts(c, c.integer("dim")))
        .many("unbind", ShapeCases::unbind)
        .one("transpose", c -> c.x().transpose(c.integers("dims")[0], c.integers("dims")[1]))
        .one("permute", ShapeCases::permute)
        .one("reshape", c -> c.x().reshape(c.outputShape(0).toArray()))
        .one("expand", c -> ExpandOp.apply(c.x(), c.outputShape(0).toArray()))
        .one("repeat", ShapeCases::repeat)
        .one(
            "repeat_interleave",
            c -> RearrangeOp.repeat(c.x(), c.integer("dim"), c.integer("repeats")))
        .one("flip", c -> RearrangeOp.flip(c.x(), c.integers("dims")))
        .one("roll", ShapeCases::roll)
        .one("pad", ShapeCases::pad)
        .one("tril", c -> TriangleOp.lower(c.x(), c.integer("diagonal")))
        .one("triu", c -> TriangleOp.upper(c.x(), c.integer("diagonal")))
        .one("patchify", ShapeCases::patchify);
  }

  /// All inputs; a single one stands twice.
  private static Tensor concat(OpArguments c) throws IOException {
    List<Tensor> parts = new ArrayList<>(c.inputs().values());
    if (parts.size() == 1) {
      parts.add(parts.getFirst());
    }
    return ConcatOp.apply(c.integer("dim"), parts);
  }

  /// `x[:, 1:-1, ::2]`.
  private static Tensor slice(OpArguments c) throws IOException {
    long rows = c.x().shape().dim(1);
    Tensor inner = c.x().narrow(1, 1, rows - 2);
    return SliceOp.apply(inner, 2, 0, c.x().shape().dim(2), 2);
  }

  /// Parts as long as the expected outputs.
  private static List<Tensor> parts(OpArguments c, int axis) throws IOException {
    long[] lengths = c.outputShapes().stream().mapToLong(s -> s.dim(axis)).toArray();
    return SliceOp.split(c.x(), axis, lengths);
  }

  private static List<Tensor> unbind(OpArguments c) throws IOException {
    List<Tensor> slices = new ArrayList<>();
    for (long i = 0; i < c.x().shape().dim(c.integer("dim")); i++) {
      slices.add(SliceOp.select(c.x(), c.integer("dim"), i));
    }
    return slices;
  }

  /// Without attributes, the last axis goes first.
  private static Tensor permute(OpArguments c) throws IOException {
    int[] axes = c.isGiven("dims") ? c.integers("dims") : new int[] {2, 0, 1};
    return c.x().permute(axes).reshape(c.outputShape(0).toArray());
  }

  /// Repeats as a whole along each axis; missing leading axes have size 1.
  private static Tensor repeat(OpArguments c) throws IOException {
    int[] times = c.integers("repeats");
    long[] sizes = new long[times.length];
    int missing = times.length - c.x().shape().rank();
    Arrays.setAll(sizes, i -> 1);
    for (int i = missing; i < sizes.length; i++) {
      sizes[i] = c.x().shape().dim(i - missing);
    }
    Tensor y = c.x().reshape(sizes);
    for (int axis = 0; axis < times.length; axis++) {
      y = RearrangeOp.tile(y, axis, times[axis]);
    }
    return y;
  }

  private static Tensor roll(OpArguments c) throws IOException {
    int[] shifts = c.integers("shifts");
    int[] axes = c.integers("dims");
    Tensor y = c.x();
    for (int i = 0; i < axes.length; i++) {
      y = RearrangeOp.roll(y, axes[i], shifts[i]);
    }
    return y;
  }

  /// Pairs of numbers, the last axis first, as in PyTorch.
  private static Tensor pad(OpArguments c) throws IOException {
    int[] pad = c.integers("pad");
    Tensor y = c.x();
    for (int i = 0; i < pad.length / 2; i++) {
      int axis = -1 - i;
      int before = pad[2 * i];
      int after = pad[2 * i + 1];
      y =
          switch (c.text("mode")) {
            case "constant" -> PadOp.constant(y, axis, before, after, c.number("value", 0));
            case "reflect" -> PadOp.reflect(y, axis, before, after);
            case "replicate" -> PadOp.replicate(y, axis, before, after);
            default -> throw new ShapeException("pad: unknown mode; \"" + c.text("mode") + "\"");
          };
    }
    return y;
  }

  /// `[B, C, H, W]` to `[B, h·w, C·p·p]`.
  private static Tensor patchify(OpArguments c) throws IOException {
    long p = c.integer("patch");
    long b = c.x().shape().dim(0);
    long channels = c.x().shape().dim(1);
    long h = c.x().shape().dim(2) / p;
    long w = c.x().shape().dim(3) / p;
    Tensor split = c.x().reshape(b, channels, h, p, w, p); // [B, C, h, p, w, q]
    return split.permute(0, 2, 4, 1, 3, 5).reshape(b, h * w, channels * p * p);
  }
}
