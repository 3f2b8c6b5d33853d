package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Splits the channels into parts, each with a codebook of its own: `M` indices, `Π K_m` codes.
///
/// Jégou et al. 2011, "Product quantization for nearest neighbor search". Parts of one width are
/// UniTok's codebooks (arXiv:2502.20321), two parts of different width a dual codebook. The losses
/// are the means of the parts'.
public final class ProductQuantizer implements RowQuantizer {
  private final List<RowQuantizer> parts;
  private final int dim;

  /// Puts parts together.
  ///
  /// @param parts at least one, in the order of their channels, each with one index a vector
  public ProductQuantizer(List<RowQuantizer> parts) {
    this.parts = List.copyOf(parts);
    this.dim = parts.stream().mapToInt(Quantizer::dim).sum();
  }

  @Override
  public int codebookSize() {
    return parts.stream().mapToInt(Quantizer::codebookSize).max().orElseThrow();
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public int indicesPerVector() {
    return parts.size();
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    return each(z, (part, x) -> parts.get(part).quantizeRows(x));
  }

  @Override
  public Quantized trainRows(Tensor z, RandomStream random) {
    return each(z, (part, x) -> parts.get(part).trainRows(x, random.split(part)));
  }

  private Quantized each(Tensor z, BiFunction<Integer, Tensor, Quantized> quantize) {
    int n = z.shape().intDim(0);
    List<Tensor> values = new ArrayList<>();
    Tensor indices = Tensor.empty(z.backend(), DType.I32, Shape.of(n, parts.size()));
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    int from = 0;
    for (int m = 0; m < parts.size(); m++) {
      int width = parts.get(m).dim();
      Quantized part = quantize.apply(m, z.narrow(1, from, width));
      values.add(part.values());
      indices.narrow(1, m, 1).copyFrom(part.indices().reshape(n, 1));
      part.losses()
          .forEach((term, loss) -> losses.merge(term, loss.scale(1f / parts.size()), Tensor::add));
      from += width;
    }
    Tensor positions = parts.size() == 1 ? indices.reshape(n) : indices; // [N] or [N, M]
    return new Quantized(ConcatOp.apply(1, values), positions, losses);
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    Tensor tuples = indices.reshape(-1, parts.size()); // [N, M]
    List<Tensor> codes = new ArrayList<>();
    for (int m = 0; m < parts.size(); m++) {
      codes.add(parts.get(m).lookupRows(tuples.narrow(1, m, 1).reshape(-1)));
    }
    return ConcatOp.apply(1, codes); // [N, d]
  }
}
