package dev.jacquard.models.tokenshuffle;

/// The cells of a square grid window by window: windows in raster order, cells of a window in
/// raster order.
///
/// @param side rows and columns of the grid, `n`
/// @param window rows and columns of a window, `s`, a divisor of `n`
public record WindowOrder(int side, int window) {
  /// Checks that windows fill the grid.
  ///
  /// @throws IllegalArgumentException if they do not
  public WindowOrder {
    if (window < 1 || side % window != 0) {
      throw new IllegalArgumentException(
          "tokenShuffle: windows do not fill the grid; grid %dx%d, windows %dx%d; need a divisor"
              .formatted(side, side, window, window));
    }
  }

  /// Number of cells of a window.
  ///
  /// @return `s²`
  public int size() {
    return window * window;
  }

  /// All cells, window by window.
  ///
  /// @return `n²` places in raster order
  public int[] cells() {
    int[] cells = new int[side * side];
    int perRow = side / window;
    for (int i = 0; i < cells.length; i++) {
      int number = i / size(); // of the window
      int slot = i % size(); // in the window
      int row = number / perRow * window + slot / window;
      int column = number % perRow * window + slot % window;
      cells[i] = row * side + column;
    }
    return cells;
  }
}
