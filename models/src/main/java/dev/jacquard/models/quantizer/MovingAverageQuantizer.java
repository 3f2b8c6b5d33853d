package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Map;

/// The nearest of `K` codes that are running means of the latents they stand for.
///
/// With counts `n` and sums `S` of a batch:
///
/// ```text
/// N ← γ N + (1 - γ) n     m ← γ m + (1 - γ) S     e = m / Ñ,  Ñ = (N + ε) / (ΣN + K ε) · ΣN
/// ```
///
/// van den Oord et al. 2017 (arXiv:1711.00937), appendix A.1. A code whose `N` falls below
/// `restartBelow` gets a random latent of the batch instead, as in RQ-VAE (Lee et al. 2022,
/// arXiv:2203.01941). The batch is quantised with the codes from before the update. Only the
/// commitment loss is left, since no gradient reaches the codes.
///
/// Buffers: `embedding.weight` `[K, d]`, `embed_ema` `[K, d]` and `cluster_size_ema` `[K]`; they
/// start at 0, so call [#start] with latents once.
public final class MovingAverageQuantizer implements RowQuantizer, Module {
  private static final int START_ITERATIONS = 10;

  /// The choices.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @param decay `γ`
  /// @param eps `ε`
  /// @param commitment weight of the commitment loss
  /// @param restartBelow smallest `N` of a code that lives; 0 for no restarts
  public record Options(
      int codebookSize, int dim, double decay, double eps, float commitment, double restartBelow) {

    /// `γ` 0.99, `ε` 1e-5, commitment 0.25, restarts below 1.
    ///
    /// @param codebookSize `K`
    /// @param dim `d`
    /// @return the options
    public static Options of(int codebookSize, int dim) {
      return new Options(codebookSize, dim, 0.99, 1e-5, 0.25f, 1);
    }
  }

  private final Parameters parameters;
  private final Options options;
  private final Tensor table;
  private final Tensor sums;
  private final Tensor counts;

  /// Builds the quantizer.
  ///
  /// @param p where the buffers come from
  /// @param options the choices
  public MovingAverageQuantizer(Parameters p, Options options) {
    Shape codes = Shape.of(options.codebookSize(), options.dim());
    this.parameters = p;
    this.options = options;
    this.table = p.at("embedding").buffer("weight", DType.F32, codes, 0);
    this.sums = p.buffer("embed_ema", DType.F32, codes, 0);
    this.counts = p.buffer("cluster_size_ema", DType.F32, Shape.of(options.codebookSize()), 0);
  }

  @Override
  public int codebookSize() {
    return options.codebookSize();
  }

  @Override
  public int dim() {
    return options.dim();
  }

  /// The codes.
  ///
  /// @return `[K, d]`, live
  public Tensor table() {
    return table;
  }

  /// The running counts.
  ///
  /// @return `[K]`, live
  public Tensor counts() {
    return counts;
  }

  /// Starts the codes as the means of clusters.
  ///
  /// @param latents `[N, d]`, at least one
  /// @param random decides which latents the clusters start from
  public void start(Tensor latents, RandomStream random) {
    float[] points = latents.detach().toFloats();
    KMeans clusters = KMeans.fit(points, dim(), codebookSize(), START_ITERATIONS, random);
    float[] n = new float[codebookSize()];
    for (int k : clusters.assignment()) {
      n[k]++;
    }
    float[] e = clusters.centres();
    float[] m = e.clone();
    for (int i = 0; i < m.length; i++) {
      m[i] *= n[i / dim()];
    }
    table.copyFrom(e);
    sums.copyFrom(m);
    counts.copyFrom(n);
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    Tensor indices = NearestCode.indices(z, table); // [N]
    Tensor q = EmbeddingOp.apply(table.detach(), indices); // [N, d]
    Tensor commitment = RegressionLosses.squared(q, z).scale(options.commitment());
    return new Quantized(
        StraightThroughOp.apply(z, q), indices, Map.of(Term.COMMITMENT, commitment));
  }

  @Override
  public Quantized trainRows(Tensor z, RandomStream random) {
    Quantized quantized = quantizeRows(z);
    if (!Tape.isRepeating()) { // a checkpointed block runs twice, but the batch counts once
      update(z.detach().toFloats(), quantized.indices().toInts(), random);
    }
    return quantized;
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return EmbeddingOp.apply(table, indices);
  }

  private void update(float[] z, int[] indices, RandomStream random) {
    int d = dim();
    int size = codebookSize();
    double[] n = new double[size];
    double[] s = new double[size * d];
    for (int i = 0; i < indices.length; i++) {
      n[indices[i]]++;
      for (int c = 0; c < d; c++) {
        s[indices[i] * d + c] += z[i * d + c];
      }
    }
    float[] newCounts = follow(counts.toFloats(), n);
    float[] newSums = follow(sums.toFloats(), s);
    for (int k = 0; k < size; k++) {
      if (newCounts[k] < options.restartBelow()) {
        int from = random.below(k, indices.length);
        System.arraycopy(z, from * d, newSums, k * d, d);
        newCounts[k] = 1;
      }
    }
    counts.copyFrom(newCounts);
    sums.copyFrom(newSums);
    table.copyFrom(means(newSums, newCounts));
  }

  private float[] follow(float[] average, double[] batch) {
    double decay = options.decay();
    for (int i = 0; i < average.length; i++) {
      average[i] = (float) (decay * average[i] + (1 - decay) * batch[i]);
    }
    return average;
  }

  private float[] means(float[] m, float[] n) {
    double total = 0;
    for (float count : n) {
      total += count;
    }
    double scale = total / (total + n.length * options.eps());
    float[] e = new float[m.length];
    for (int i = 0; i < e.length; i++) {
      double smooth = (n[i / dim()] + options.eps()) * scale;
      e[i] = smooth > 0 ? (float) (m[i] / smooth) : 0;
    }
    return e;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
