package dev.jacquard.models.cli;

import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.data.ContactSheet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A picture of how the first pictures grow: a row for each, from the coarsest stage to the last.
///
/// @param listener hears what this one hears
/// @param stages how many there are
/// @param seen pictures of the first batch after each stage
record Growth(GenerationListener listener, int stages, List<List<Picture>> seen)
    implements GenerationListener {
  private static final int ROWS = 8;
  private static final int SCALE = 3;

  Growth(GenerationListener listener, int stages) {
    this(listener, stages, new ArrayList<>());
  }

  @Override
  public boolean onProgress(long tokens, int finished) {
    return listener.onProgress(tokens, finished);
  }

  @Override
  public void onPreview(int first, Supplier<List<Picture>> pictures) {
    listener.onPreview(first, pictures);
    if (first == 0 && seen.size() < stages) {
      seen.add(pictures.get());
    }
  }

  /// The rows, as far as stages were seen.
  Picture sheet() {
    List<Picture> cells = new ArrayList<>();
    for (int row = 0; row < Math.min(ROWS, seen.getFirst().size()); row++) {
      for (List<Picture> stage : seen) {
        cells.add(stage.get(row));
      }
    }
    return ContactSheet.of(cells, seen.size(), SCALE);
  }

  void write(Path file) throws IOException {
    if (!seen.isEmpty()) {
      AtomicFiles.write(file, PictureFiles.toPng(sheet()));
    }
  }
}
