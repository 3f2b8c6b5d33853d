package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The three bilinear functions behind convolution and its transpose. The derivatives of each are
/// the other two, so they may be derived as often as one likes.
final class Convolution {
  private Convolution() {}

  /// `y` from `x`, `w` and the bias.
  static Tensor output(Tensor x, Tensor w, @Nullable Tensor bias, ConvolutionGeometry g) {
    Tensor xs = x.contiguous();
    Tensor ws = w.contiguous();
    Tensor b = bias == null ? null : bias.contiguous();
    Shape in = xs.shape();
    long height = g.outputHeight(in.dim(2), ws.shape().dim(2));
    long width = g.outputWidth(in.dim(3), ws.shape().dim(3));
    Tensor y = Tensor.empty(x.backend(), Shape.of(in.dim(0), ws.shape().dim(0), height, width));
    x.backend().convolution().output(xs, ws, b, g, y);
    List<Tensor> inputs = b == null ? List.of(xs, ws) : List.of(xs, ws, b);
    boolean deriveX = Tape.follows(xs);
    return Tape.recordDerivable(
        "convolution",
        y,
        inputs,
        dy -> {
          // an image needs no gradient: skip the first layer's
          Tensor dx = deriveX ? input(dy, ws, g, in) : xs;
          Tensor dw = weight(dy, xs, g, ws.shape());
          return b == null ? List.of(dx, dw) : List.of(dx, dw, biasGradient(dy));
        });
  }

  /// `x` from `y` and `w`: a transposed convolution.
  static Tensor input(Tensor y, Tensor w, ConvolutionGeometry g, Shape shape) {
    Tensor ys = y.contiguous();
    Tensor ws = w.contiguous();
    Tensor x = Tensor.empty(y.backend(), shape);
    y.backend().convolution().input(ys, ws, g, x);
    return Tape.recordDerivable(
        "transposedConvolution",
        x,
        List.of(ys, ws),
        dx -> List.of(output(dx, ws, null, g), weight(ys, dx, g, ws.shape())));
  }

  /// `w` from `y` and `x`.
  private static Tensor weight(Tensor y, Tensor x, ConvolutionGeometry g, Shape shape) {
    Tensor ys = y.contiguous();
    Tensor xs = x.contiguous();
    Tensor w = Tensor.empty(y.backend(), shape);
    y.backend().convolution().weight(ys, xs, g, w);
    return Tape.recordDerivable(
        "convolutionWeight",
        w,
        List.of(ys, xs),
        dw -> List.of(output(xs, dw, null, g), input(ys, dw, g, xs.shape())));
  }

  private static Tensor biasGradient(Tensor dy) {
    return SumOp.apply(dy, 0, 2, 3).reshape(dy.shape().dim(1));
  }

  /// Checks a weight `[O, C / G, KH, KW]` against an input of so many channels.
  static void check(String op, Tensor x, Tensor w, @Nullable Tensor bias, long channels) {
    Shapes.requireRank(op, "x", x.shape(), w.shape().rank());
    Broadcasting.requireF32(op, "x", x);
    Broadcasting.requireF32(op, "weight", w, x);
    for (int axis = 2; axis < w.shape().rank(); axis++) {
      if (w.shape().dim(axis) < 1) {
        throw new ShapeException(
            "%s: empty window; weight %s; need one weight at least".formatted(op, w.shape()));
      }
    }
    if (bias != null) {
      Broadcasting.requireF32(op, "bias", bias, x);
      Shapes.require(op, "bias", bias.shape(), channels);
    }
  }

  /// Checks that channels divide into groups. Refuses what [#output] does not take; for one spatial
  /// axis or two.
  static void checkOutput(
      String op, Tensor x, Tensor w, @Nullable Tensor bias, ConvolutionGeometry g) {
    check(op, x, w, bias, w.shape().dim(0));
    checkGroups(op, "output channels", w.shape().dim(0), g.groups());
    Shape image = x.shape();
    if (image.dim(1) != w.shape().dim(1) * g.groups()) {
      throw new ShapeException(
          "%s: channels differ; x %s, weight %s, groups %d; need weight's second size x groups"
              .formatted(op, image, w.shape(), g.groups()));
    }
    boolean isFlat = image.rank() == 3; // its axis counts as a row of pixels
    if ((!isFlat && g.outputHeight(image.dim(2), w.shape().dim(2)) < 1)
        || g.outputWidth(image.last(), w.shape().last()) < 1) {
      throw new ShapeException(
          "%s: window exceeds the padded image; x %s, weight %s, %s; need a larger image or padding"
              .formatted(op, image, w.shape(), g));
    }
  }

  static void checkGroups(String op, String name, long channels, int groups) {
    if (channels % groups != 0) {
      throw new ShapeException(
          "%s: %s do not divide into groups; %d, groups %d; need a multiple"
              .formatted(op, name, channels, groups));
    }
  }
}
