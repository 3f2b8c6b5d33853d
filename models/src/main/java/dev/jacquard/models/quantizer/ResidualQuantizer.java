package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Quantises what the stages before have left: `r_0 = z`, `q_s = Q_s(r_s)`, `r_{s+1} = r_s - sg
/// q_s`, `q = Σ q_s`.
///
/// Lee et al. 2022 (arXiv:2203.01941), section 3.1. The losses are the means of the stages'. The
/// gradient of the sum goes to `z` once, not once for each stage. With dropout, training uses the
/// first `1..M` stages only, so that short index lists decode too (Zeghidour et al. 2021,
/// arXiv:2107.03312); the other indices are then [#ABSENT].
public final class ResidualQuantizer implements RowQuantizer {
  /// Index of a stage that was not used.
  public static final int ABSENT = -1;

  private final List<RowQuantizer> stages;
  private final boolean dropout;

  /// Puts stages together.
  ///
  /// @param stages at least one, of one width; the same object may stand for several
  /// @param dropout whether training leaves out last stages at random
  public ResidualQuantizer(List<RowQuantizer> stages, boolean dropout) {
    this.stages = List.copyOf(stages);
    this.dropout = dropout;
  }

  @Override
  public int codebookSize() {
    return stages.getFirst().codebookSize();
  }

  @Override
  public int dim() {
    return stages.getFirst().dim();
  }

  @Override
  public int indicesPerVector() {
    return stages.size();
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    return first(stages.size(), z, (stage, r) -> stages.get(stage).quantizeRows(r));
  }

  @Override
  public Quantized trainRows(Tensor z, RandomStream random) {
    int used = dropout ? 1 + random.below(0, stages.size()) : stages.size();
    return first(used, z, (stage, r) -> stages.get(stage).trainRows(r, random.split(stage + 1L)));
  }

  private Quantized first(int used, Tensor z, BiFunction<Integer, Tensor, Quantized> quantize) {
    Tensor residual = z; // [N, d]
    Tensor sum = Tensor.zeros(z.backend(), z.shape());
    List<Tensor> indices = new ArrayList<>();
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    for (int stage = 0; stage < used; stage++) {
      Quantized part = quantize.apply(stage, residual);
      Tensor q = part.values().detach();
      sum = sum.add(q);
      residual = residual.sub(q);
      indices.add(part.indices());
      part.losses().forEach((term, loss) -> losses.merge(term, loss.scale(1f / used), Tensor::add));
    }
    return new Quantized(StraightThroughOp.apply(z, sum), columns(indices, z), losses);
  }

  /// Indices of stages side by side; one alone keeps its shape.
  private Tensor columns(List<Tensor> indices, Tensor z) {
    if (stages.size() == 1) {
      return indices.getFirst();
    }
    int n = z.shape().intDim(0);
    Tensor all = Tensor.empty(z.backend(), DType.I32, Shape.of(n, stages.size()));
    z.backend().copy().fill(all, ABSENT);
    for (int stage = 0; stage < indices.size(); stage++) {
      all.narrow(1, stage, 1).copyFrom(indices.get(stage).reshape(n, 1));
    }
    return all; // [N, M]
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    Tensor tuples = indices.reshape(-1, stages.size()); // [N, M]
    int n = tuples.shape().intDim(0);
    Tensor sum = Tensor.zeros(indices.backend(), Shape.of(n, dim()));
    for (int stage = 0; stage < stages.size(); stage++) {
      int[] column = tuples.narrow(1, stage, 1).toInts();
      float[] present = new float[n];
      for (int i = 0; i < n; i++) {
        present[i] = column[i] == ABSENT ? 0 : 1;
        column[i] = Math.max(column[i], 0);
      }
      Tensor ids = Tensor.ofInts(indices.backend(), Shape.of(n), column);
      Tensor mask = Tensor.of(indices.backend(), Shape.of(n, 1), present);
      sum = sum.add(stages.get(stage).lookupRows(ids).mul(mask));
    }
    return sum; // [N, d]
  }
}
