package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Residual quantisation from coarse maps to fine: each scale quantises what the coarser ones left,
/// shrunk to its size.
///
/// ```text
/// F = 0, R = f;  for each scale s:
///   k = nearest(area(R, s)),  h = φ_s(bicubic(E[k], H)),  F ← F + h,  R ← R - h
/// φ(h) = ½ h + ½ conv3x3(h)
/// loss = mean over scales of [ β mean (sg F_s - f)² + mean (F_s - sg f)² ]
/// ```
///
/// Tian et al. 2024 (arXiv:2404.02905), algorithms 1 and 2, with the released code's choice of `φ`
/// for a scale. Latents are grids `[B, d, H, W]`, indices `[B, Σ s²]`, scale after scale, each row
/// by row.
///
/// Parameters: `embedding.weight` `[K, d]`, `quant_resi.qresi_ls.{0..n-1}.{weight, bias}`.
public final class MultiScaleResidualQuantizer implements CodeTable, Module {

  /// The choices.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @param sides rows and columns of each scale, growing; the last is that of the latents
  /// @param phis number of shared convolutions; 0 for none
  /// @param commitment `β`
  public record Options(
      int codebookSize, int dim, List<Integer> sides, int phis, float commitment) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if the sides do not grow
    public Options {
      sides = List.copyOf(sides);
      requireGrowing(sides);
    }
  }

  private final Parameters parameters;
  private final Options options;
  private final VectorQuantizer codebook;
  private final List<Conv2d> phis = new ArrayList<>();

  /// Builds the quantizer.
  ///
  /// @param p where the parameters come from
  /// @param options the choices
  public MultiScaleResidualQuantizer(Parameters p, Options options) {
    this.parameters = p;
    this.options = options;
    this.codebook =
        new VectorQuantizer(p, VectorQuantizer.Options.of(options.codebookSize(), options.dim()));
    for (int i = 0; i < options.phis(); i++) {
      Parameters at = p.at("quant_resi.qresi_ls." + i);
      phis.add(Conv2d.same(at, options.dim(), options.dim(), 3));
    }
  }

  @Override
  public int codebookSize() {
    return options.codebookSize();
  }

  @Override
  public int dim() {
    return options.dim();
  }

  /// Refuses scales that do not become finer.
  ///
  /// @param sides rows and columns of each scale
  /// @throws IllegalArgumentException if there are none, or one is not larger than the one before
  public static void requireGrowing(List<Integer> sides) {
    boolean grows = !sides.isEmpty() && sides.getFirst() > 0;
    for (int s = 1; s < sides.size(); s++) {
      grows &= sides.get(s) > sides.get(s - 1);
    }
    if (!grows) {
      throw new IllegalArgumentException(
          "scales: sides do not grow; %s; need positive ones, each larger than the one before"
              .formatted(sides));
    }
  }

  /// Which convolution a scale uses: the one whose place among `n` evenly set ones is nearest to `s
  /// / (S - 1)`, the first of equally near ones.
  ///
  /// @param scale `s`, from 0
  /// @param scales `S`
  /// @param count `n`
  /// @return from 0
  public static int phiOfScale(int scale, int scales, int count) {
    double part = count == 4 ? 3 : 2; // the released code has a rule of its own for 4
    double first = 1 / part / count;
    double step = count > 1 ? (1 - first - first) / (count - 1) : 0;
    double at = scales > 1 ? (double) scale / (scales - 1) : 0;
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (Math.abs(tick(first, step, i, count) - at)
          < Math.abs(tick(first, step, best, count) - at)) {
        best = i;
      }
    }
    return best;
  }

  private static double tick(double first, double step, int i, int count) {
    return i == count - 1 ? 1 - first : i * step + first; // roundings as in numpy's linspace
  }

  /// Residual and running sum of each scale, for what is built on them.
  ///
  /// @param indices `[B, s²]` of each scale
  /// @param sums `F` after each scale, `[B, d, H, W]`
  public record Scales(List<Tensor> indices, List<Tensor> sums) {}

  /// Quantises scale by scale; differentiable in codes and convolutions, not in `f`.
  ///
  /// @param f `[B, d, H, W]`
  /// @return indices and sums of each scale
  /// @throws ShapeException if the latents are not of the last scale's size
  public Scales scales(Tensor f) {
    int side = options.sides().getLast();
    Shape need = Shape.of(f.shape().dim(0), dim(), side, side);
    if (!f.shape().equals(need)) {
      throw new ShapeException(
          "multi-scale quantizer: latents %s; need %s".formatted(f.shape(), need));
    }
    long b = f.shape().dim(0);
    Tensor residual = f.detach();
    Tensor sum = Tensor.zeros(f.backend(), f.shape());
    Scales scales = new Scales(new ArrayList<>(), new ArrayList<>());
    for (int s = 0; s < options.sides().size(); s++) {
      Tensor rows = shrunk(residual, s).reshape(-1, dim()); // [B s s, d]
      Tensor indices = NearestCode.indices(rows, codebook.table()).reshape(b, -1); // [B, s²]
      Tensor h = grown(indices, s); // [B, d, H, W]
      sum = sum.add(h);
      residual = residual.sub(h.detach());
      scales.indices().add(indices);
      scales.sums().add(sum);
    }
    return scales;
  }

  /// What one scale adds to the sum.
  ///
  /// @param indices `[B, s²]`
  /// @param scale `s`, from 0
  /// @return `[B, d, H, W]`
  public Tensor grown(Tensor indices, int scale) {
    return spread(EmbeddingOp.apply(codebook.table(), indices), scale);
  }

  /// What one scale adds to the sum, for codes that need not be in the table.
  ///
  /// @param codes `[B, s², d]`
  /// @param scale `s`, from 0
  /// @return `[B, d, H, W]`
  public Tensor spread(Tensor codes, int scale) {
    Tensor full = enlarged(codes, scale);
    if (phis.isEmpty()) {
      return full;
    }
    Conv2d phi = phis.get(phiOfScale(scale, options.sides().size(), phis.size()));
    return full.scale(0.5f).add(phi.forward(full).scale(0.5f));
  }

  /// Codes of a scale at the size of the latents, before the convolution.
  ///
  /// @param codes `[B, s², d]`
  /// @param scale `s`, from 0
  /// @return `[B, d, H, W]`
  public Tensor enlarged(Tensor codes, int scale) {
    int size = options.sides().get(scale);
    int side = options.sides().getLast();
    Tensor map =
        codes.reshape(-1, size, size, dim()).permute(0, 3, 1, 2).contiguous(); // [B, d, s, s]
    return size == side ? map : ResizeOp.apply(map, Interpolation.CUBIC, side, side);
  }

  /// A map at the size of a scale, as its rows: what a model of the scales reads.
  ///
  /// @param map `[B, d, H, W]`
  /// @param scale `s`, from 0
  /// @return `[B, s², d]`
  public Tensor shrunk(Tensor map, int scale) {
    int size = options.sides().get(scale);
    Tensor small =
        size == map.shape().dim(2) ? map : ResizeOp.apply(map, Interpolation.AREA, size, size);
    return small
        .permute(0, 2, 3, 1)
        .contiguous()
        .reshape(map.shape().dim(0), (long) size * size, dim());
  }

  /// Rows and columns of each scale.
  ///
  /// @return the last are those of the latents
  public List<Integer> sides() {
    return options.sides();
  }

  /// The choices.
  ///
  /// @return what the constructor got
  public Options options() {
    return options;
  }

  /// The codes.
  ///
  /// @return `[K, d]`
  @Override
  public Tensor table() {
    return codebook.table();
  }

  @Override
  public Tensor candidates(Tensor f) {
    List<Tensor> rows = new ArrayList<>();
    Tensor left = f.detach();
    List<Tensor> sums = scales(f).sums();
    for (int s = 0; s < sums.size(); s++) {
      rows.add(shrunk(left, s).reshape(-1, dim()));
      left = f.detach().sub(sums.get(s));
    }
    return ConcatOp.apply(0, rows); // [B Σ s², d]
  }

  @Override
  public Shape indexShape(int batch, int rows, int columns) {
    return Shape.of(batch, options.sides().stream().mapToInt(side -> side * side).sum());
  }

  @Override
  public Quantized quantize(Tensor f) {
    Scales scales = scales(f);
    float each = 1f / scales.sums().size();
    Tensor codebookLoss = Tensor.zeros(f.backend(), Shape.of());
    Tensor commitment = Tensor.zeros(f.backend(), Shape.of());
    for (Tensor sum : scales.sums()) {
      codebookLoss = codebookLoss.add(RegressionLosses.squared(sum, f.detach()).scale(each));
      Tensor pull = RegressionLosses.squared(sum.detach(), f);
      commitment = commitment.add(pull.scale(each * options.commitment()));
    }
    Tensor values = StraightThroughOp.apply(f, scales.sums().getLast().detach());
    return new Quantized(
        values,
        joined(scales.indices()),
        Map.of(Term.CODEBOOK, codebookLoss, Term.COMMITMENT, commitment));
  }

  private static Tensor joined(List<Tensor> maps) {
    long b = maps.getFirst().shape().dim(0);
    long length = maps.stream().mapToLong(map -> map.shape().dim(1)).sum();
    Tensor all = Tensor.empty(maps.getFirst().backend(), DType.I32, Shape.of(b, length));
    long from = 0;
    for (Tensor map : maps) {
      all.narrow(1, from, map.shape().dim(1)).copyFrom(map);
      from += map.shape().dim(1);
    }
    return all; // [B, Σ s²]
  }

  @Override
  public Tensor lookup(Tensor indices) {
    int[] lengths = options.sides().stream().mapToInt(side -> side * side).toArray();
    if (indices.shape().rank() != 2 || indices.shape().dim(1) != Arrays.stream(lengths).sum()) {
      throw new ShapeException(
          "multi-scale quantizer: indices %s; need [B, %d]"
              .formatted(indices.shape(), Arrays.stream(lengths).sum()));
    }
    int side = options.sides().getLast();
    Tensor sum =
        Tensor.zeros(indices.backend(), Shape.of(indices.shape().dim(0), dim(), side, side));
    long from = 0;
    for (int s = 0; s < lengths.length; s++) {
      sum = sum.add(grown(indices.narrow(1, from, lengths[s]).contiguous(), s));
      from += lengths[s];
    }
    return sum; // [B, d, H, W]
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
