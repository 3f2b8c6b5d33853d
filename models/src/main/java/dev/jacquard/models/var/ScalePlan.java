package dev.jacquard.models.var;

import dev.jacquard.tensor.backend.AttentionMask;
import java.util.List;

/// The maps of a picture from coarse to fine: each is predicted whole from the coarser ones.
///
/// Tokens are counted map after map, each row by row. Letters: `K` maps, `L` tokens of all.
///
/// @param sizes of the maps
public record ScalePlan(List<Size> sizes) {

  /// Rows and columns of a map.
  ///
  /// @param rows at least 1
  /// @param columns at least 1
  public record Size(int rows, int columns) {
    /// Tokens of the map.
    ///
    /// @return rows times columns
    public int cells() {
      return rows * columns;
    }
  }

  /// Checks the sizes.
  ///
  /// @throws IllegalArgumentException if there are none, or one is empty
  public ScalePlan {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty() || sizes.stream().anyMatch(s -> s.rows < 1 || s.columns < 1)) {
      throw new IllegalArgumentException(
          "scales: empty; sizes %s; need one map at least, with a cell at least".formatted(sizes));
    }
  }

  /// Square maps.
  ///
  /// @param sides rows and columns of each
  /// @return the plan
  public static ScalePlan squares(List<Integer> sides) {
    return new ScalePlan(sides.stream().map(side -> new Size(side, side)).toList());
  }

  /// Number of maps.
  ///
  /// @return `K`
  public int count() {
    return sizes.size();
  }

  /// Tokens of a map.
  ///
  /// @param scale number of the map, from 0
  /// @return `rows · columns`
  public int cells(int scale) {
    return sizes.get(scale).cells();
  }

  /// Tokens of all maps before one.
  ///
  /// @param scale number of the map, up to `K`
  /// @return place of its first token
  public int begin(int scale) {
    return sizes.subList(0, scale).stream().mapToInt(Size::cells).sum();
  }

  /// Tokens of all maps.
  ///
  /// @return `L`
  public int total() {
    return begin(count());
  }

  /// How far the way from coarse to fine is gone.
  ///
  /// @param scale number of the map, `i`
  /// @return `i / (K - 1)`; 0 for a single map
  public double progress(int scale) {
    return count() == 1 ? 0 : (double) scale / (count() - 1);
  }

  /// A token sees its own map and the coarser ones.
  ///
  /// @return mask of `L` queries and keys
  public AttentionMask blockCausal() {
    return AttentionMask.blockCausal(lengths());
  }

  /// A token sees its own map only.
  ///
  /// @return mask of `L` queries and keys
  public AttentionMask blockDiagonal() {
    return AttentionMask.blockDiagonal(lengths());
  }

  private int[] lengths() {
    return sizes.stream().mapToInt(Size::cells).toArray();
  }
}
