package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;

/// A quantizer that treats each vector by itself: it needs to know rows only, and grids are taken
/// apart and put together here.
public interface RowQuantizer extends Quantizer {
  /// As [#quantize], of rows.
  ///
  /// @param z `[N, d]`, f32
  /// @return values `[N, d]`, indices `[N]` or `[N, M]`
  Quantized quantizeRows(Tensor z);

  /// As [#train], of rows.
  ///
  /// @param z `[N, d]`, f32
  /// @param random numbers that belong to this step
  /// @return values `[N, d]`, indices `[N]` or `[N, M]`
  default Quantized trainRows(Tensor z, RandomStream random) {
    return quantizeRows(z);
  }

  /// As [#lookup], of rows.
  ///
  /// @param indices `[N]` or `[N, M]`, i32
  /// @return `[N, d]`
  Tensor lookupRows(Tensor indices);

  @Override
  default Quantized quantize(Tensor z) {
    return inLayoutOf(z, quantizeRows(rows(z)));
  }

  @Override
  default Quantized train(Tensor z, RandomStream random) {
    return inLayoutOf(z, trainRows(rows(z), random));
  }

  @Override
  default Tensor lookup(Tensor indices) {
    boolean tuples = indicesPerVector() > 1;
    Shape positions = tuples ? indices.shape().dropLast() : indices.shape();
    if (positions.rank() == 1) {
      return lookupRows(indices);
    }
    if (positions.rank() != 3) {
      throw new ShapeException(
          "lookup: neither rows nor a grid; indices %s, %d a vector; need [N] or [B, h, w], then the indices of a vector if there are several"
              .formatted(indices.shape(), indicesPerVector()));
    }
    Tensor flat =
        tuples
            ? indices.reshape(positions.numel(), indicesPerVector())
            : indices.reshape(positions.numel());
    Tensor codes = lookupRows(flat); // [B h w, d]
    return codes
        .reshape(positions.append(dim()).toArray())
        .permute(0, 3, 1, 2)
        .contiguous(); // [B, d, h, w]
  }

  private Tensor rows(Tensor z) {
    int rank = z.shape().rank();
    if ((rank != 2 && rank != 4) || z.shape().dim(1) != dim()) {
      throw new ShapeException(
          "quantize: no latents of this quantizer; z %s; need [N, %d] or [B, %d, h, w]"
              .formatted(z.shape(), dim(), dim()));
    }
    return rank == 2 ? z : z.permute(0, 2, 3, 1).reshape(-1, dim()); // [B h w, d]
  }

  private Quantized inLayoutOf(Tensor z, Quantized rows) {
    Shape s = z.shape();
    if (s.rank() == 2) {
      return rows;
    }
    Tensor values =
        rows.values().reshape(s.dim(0), s.dim(2), s.dim(3), dim()).permute(0, 3, 1, 2).contiguous();
    Shape positions = Shape.of(s.dim(0), s.dim(2), s.dim(3));
    Shape indices = indicesPerVector() > 1 ? positions.append(indicesPerVector()) : positions;
    return rows.with(values, rows.indices().reshape(indices.toArray()));
  }
}
