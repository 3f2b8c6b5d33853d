package dev.jacquard.models.var;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.List;

/// The tokens of a given picture and which of them to keep: editing without training.
///
/// After each map is drawn, tokens under the mask are set back to the given ones, so that later
/// maps see them. Tian et al. 2024 (arXiv:2404.02905), section 4.4, with the thresholds of the
/// released code.
///
/// @param ids `[B, n]` of each map, i32
/// @param keeps of each map whether to keep a token, row by row
public record KnownTokens(List<Tensor> ids, List<boolean[]> keeps) {
  private static final int SMALLEST = 3; // maps of so few cells are kept whole

  /// Scales a mask to every map: bilinear, then above one half. The 1x1 map is always kept.
  ///
  /// @param plan the maps
  /// @param ids `[B, n]` of each map, i32
  /// @param mask of the finest map, row by row; true keeps
  /// @return the tokens
  /// @throws ShapeException if the mask or the tokens have another size
  public static KnownTokens of(ScalePlan plan, List<Tensor> ids, boolean[] mask) {
    ScalePlan.Size last = plan.sizes().getLast();
    if (mask.length != last.cells()) {
      throw new ShapeException(
          "edit: mask of another size; %d cells; need %d x %d"
              .formatted(mask.length, last.rows(), last.columns()));
    }
    if (ids.size() != plan.count()) {
      throw new ShapeException(
          "edit: tokens of %d maps; need %d".formatted(ids.size(), plan.count()));
    }
    float[] values = new float[mask.length];
    for (int i = 0; i < mask.length; i++) {
      values[i] = mask[i] ? 1 : 0;
    }
    Tensor full =
        Tensor.of(ids.getFirst().backend(), Shape.of(last.rows(), last.columns()), values);
    return new KnownTokens(ids, plan.sizes().stream().map(size -> shrunk(full, size)).toList());
  }

  private static boolean[] shrunk(Tensor mask, ScalePlan.Size size) {
    float[] values =
        ResizeOp.apply(mask, Interpolation.LINEAR, size.rows(), size.columns()).toFloats();
    boolean[] keep = new boolean[values.length];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = size.cells() <= SMALLEST || values[i] > 0.5f;
    }
    return keep;
  }

  /// Sets the kept tokens of a map back.
  ///
  /// @param scale number of the map
  /// @param drawn `[B][n]`, overwritten
  public void restore(int scale, int[][] drawn) {
    int[] known = ids.get(scale).toInts();
    boolean[] keep = keeps.get(scale);
    for (int i = 0; i < known.length; i++) {
      if (keep[i % keep.length]) {
        drawn[i / keep.length][i % keep.length] = known[i];
      }
    }
  }
}
