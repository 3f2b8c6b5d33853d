package dev.jacquard.models.cli;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A PNG file that shows pictures while they are drawn: rewritten at most twice a second, each time
/// as a whole, so that a viewer which reloads it never meets half of one.
final class Preview {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Path file;
  private final LongSupplier clockNanos;
  private long lastNanos;
  private boolean shown;

  /// Makes a preview; nothing is written yet.
  ///
  /// @param file the PNG file
  /// @param clockNanos what time it is
  Preview(Path file, LongSupplier clockNanos) {
    this.file = file;
    this.clockNanos = clockNanos;
  }

  /// Shows the first pictures at once, later ones when it is time.
  ///
  /// @param pictures asked only then
  /// @throws UncheckedIOException if the file cannot be written
  void show(Supplier<List<Picture>> pictures) {
    long now = clockNanos.getAsLong();
    if (!shown || now - lastNanos >= EVERY_NANOS) {
      shown = true;
      lastNanos = now;
      try {
        write(pictures.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Shows pictures now, side by side.
  void write(List<Picture> pictures) throws IOException {
    AtomicFiles.write(file, PictureFiles.toPng(DrawingOptions.sheetOf(pictures)));
  }
}
