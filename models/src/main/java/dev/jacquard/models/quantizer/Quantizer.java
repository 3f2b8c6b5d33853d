package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;

/// Maps latent vectors to indices of codes, and back.
///
/// Latents are rows `[N, d]` or a grid `[B, d, h, w]`. Indices are i32 and have the shape of the
/// positions, `[N]` or `[B, h, w]`; where a vector has `M > 1` indices they get `M` as last axis. A
/// quantizer of several maps has its own form, [#indexShape].
public interface Quantizer {
  /// Number of values that one index can take.
  ///
  /// @return `K`
  int codebookSize();

  /// Width of a latent vector.
  ///
  /// @return `d`
  int dim();

  /// Indices of one vector.
  ///
  /// @return `M`, 1 unless the quantizer says otherwise
  default int indicesPerVector() {
    return 1;
  }

  /// The form of the indices of a grid.
  ///
  /// @param batch `B`
  /// @param rows `h`
  /// @param columns `w`
  /// @return `[B, h, w]` or `[B, h, w, M]` unless the quantizer says otherwise
  default Shape indexShape(int batch, int rows, int columns) {
    Shape positions = Shape.of(batch, rows, columns);
    return indicesPerVector() > 1 ? positions.append(indicesPerVector()) : positions;
  }

  /// Quantises, changing nothing; differentiable.
  ///
  /// @param z rows `[N, d]` or a grid `[B, d, h, w]`, f32
  /// @return codes, indices and the losses of training
  Quantized quantize(Tensor z);

  /// Quantises a batch of training, and lets codebooks learn that learn without a gradient.
  ///
  /// @param z rows `[N, d]` or a grid `[B, d, h, w]`, f32
  /// @param random numbers that belong to this step
  /// @return codes, indices and losses, as [#quantize] does unless the quantizer says otherwise
  default Quantized train(Tensor z, RandomStream random) {
    return quantize(z);
  }

  /// The codes of indices.
  ///
  /// @param indices i32, of a shape that [#quantize] returns
  /// @return rows `[N, d]` or a grid `[B, d, h, w]`
  Tensor lookup(Tensor indices);
}
