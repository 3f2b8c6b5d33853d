package dev.jacquard.models.nar;

/// The cells of a square grid by their distance from the corner `(0, 0)`: diagonal `d` holds those
/// with `row + column = d`, from the top down.
///
/// NAR predicts a diagonal at once (He et al. 2025, arXiv:2503.10696, section 3.2).
///
/// @param side rows and columns of the grid, `n`
public record DiagonalOrder(int side) {
  /// Number of diagonals, and of passes of the model for a picture.
  ///
  /// @return `2n - 1`
  public int diagonals() {
    return 2 * side - 1;
  }

  /// Number of cells of a diagonal.
  ///
  /// @param d number of the diagonal, from 0
  /// @return 1 to `n` and back to 1
  public int size(int d) {
    return Math.min(d, 2 * side - 2 - d) + 1;
  }

  /// The topmost row of a diagonal.
  ///
  /// @param d number of the diagonal
  /// @return 0 as long as diagonals grow
  public int top(int d) {
    return Math.max(0, d - side + 1);
  }

  /// The cells of a diagonal.
  ///
  /// @param d number of the diagonal
  /// @return places in raster order, from the top down
  public int[] cells(int d) {
    int[] cells = new int[size(d)];
    for (int k = 0; k < cells.length; k++) {
      int row = top(d) + k;
      cells[k] = row * side + d - row;
    }
    return cells;
  }

  /// The diagonal that begins after some cells.
  ///
  /// @param drawn number of cells of whole diagonals
  /// @return its number; `2n - 1` after all cells
  /// @throws IllegalArgumentException if the cells end within a diagonal
  public int diagonalAfter(int drawn) {
    int rest = drawn;
    int d = 0;
    while (rest > 0 && d < diagonals()) {
      rest -= size(d++);
    }
    if (rest != 0) {
      throw new IllegalArgumentException(
          "nar: %d codes are no whole diagonals of a %dx%d grid; codes of a diagonal come together"
              .formatted(drawn, side, side));
    }
    return d;
  }

  /// All cells, diagonal by diagonal.
  ///
  /// @return `n²` places in raster order
  public int[] cells() {
    int[] all = new int[side * side];
    int filled = 0;
    for (int d = 0; d < diagonals(); d++) {
      int[] some = cells(d);
      System.arraycopy(some, 0, all, filled, some.length);
      filled += some.length;
    }
    return all;
  }
}
