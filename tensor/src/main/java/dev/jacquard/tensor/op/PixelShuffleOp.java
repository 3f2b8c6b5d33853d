package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// Channels as pixels and back: `y[c, r·h + i, r·w + j] = x[(c · r + i) · r + j, h, w]`.
///
/// Shi et al. 2016 (arXiv:1609.05158), eq. 4.
public final class PixelShuffleOp {
  private PixelShuffleOp() {}

  /// Enlarges images, square blocks of pixels out of channels.
  ///
  /// @param x `[B, C · r², H, W]`
  /// @param factor `r`, at least 1
  /// @return `[B, C, H · r, W · r]`
  /// @throws ShapeException if the channels do not divide by `r²`
  public static Tensor apply(Tensor x, int factor) {
    Shapes.requireRank("pixelShuffle", "x", x.shape(), 4);
    Shape s = x.shape();
    requireFactor(factor);
    long channels = s.dim(1) / factor / factor;
    if (channels * factor * factor != s.dim(1)) {
      throw new ShapeException(
          "pixelShuffle: channels do not divide; x %s, factor %d; need a multiple of its square"
              .formatted(s, factor));
    }
    return x.reshape(s.dim(0), channels, factor, factor, s.dim(2), s.dim(3))
        .permute(0, 1, 4, 2, 5, 3) // [B, C, H, r, W, r]
        .reshape(s.dim(0), channels, s.dim(2) * factor, s.dim(3) * factor);
  }

  /// Shrinks images, channels out of square blocks of pixels: the inverse of [#apply].
  ///
  /// @param x `[B, C, H · r, W · r]`
  /// @param factor `r`, at least 1
  /// @return `[B, C · r², H, W]`
  /// @throws ShapeException if the sides do not divide by `r`
  public static Tensor inverse(Tensor x, int factor) {
    Shapes.requireRank("pixelShuffle", "x", x.shape(), 4);
    Shape s = x.shape();
    requireFactor(factor);
    long height = s.dim(2) / factor;
    long width = s.dim(3) / factor;
    if (height * factor != s.dim(2) || width * factor != s.dim(3)) {
      throw new ShapeException(
          "pixelShuffle: sides do not divide; x %s, factor %d; need multiples"
              .formatted(s, factor));
    }
    return x.reshape(s.dim(0), s.dim(1), height, factor, width, factor)
        .permute(0, 1, 3, 5, 2, 4) // [B, C, r, r, H, W]
        .reshape(s.dim(0), s.dim(1) * factor * factor, height, width);
  }

  private static void requireFactor(int factor) {
    if (factor < 1) {
      throw new ShapeException("pixelShuffle: no factor; " + factor + "; need 1 at least");
    }
  }
}
