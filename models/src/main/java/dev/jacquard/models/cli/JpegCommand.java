package dev.jacquard.models.cli;

import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.PnmFiles;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;

/// `jacquard jpeg`: the codec as `cjpeg` and `djpeg` offer theirs.
@Command(
    name = "jpeg",
    description = "Encode, decode and inspect JPEG files.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      JpegEncodeCommand.class,
      JpegDecodeCommand.class,
      JpegInspectCommand.class,
    })
final class JpegCommand {

  /// Codec errors tell the place in the stream; this adds the file.
  static IOException inFile(Path file, JpegException failure) {
    return new IOException(file + ": " + failure.getMessage(), failure);
  }

  static Raster readPicture(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Picture picture = PnmFiles.isPnm(bytes) ? PnmFiles.read(file) : PictureFiles.read(bytes, file);
    return new Raster(picture.width(), picture.height(), picture.channels(), picture.samples());
  }

  /// Encodes for the extension of the file's name.
  ///
  /// @throws IllegalArgumentException if it is none of `.ppm`, `.pgm`, `.pnm`, `.png`
  static byte[] encodePicture(Raster raster, Path file) {
    Raster shown = raster.components() == 4 ? raster.toRgb() : raster; // as djpeg does
    Picture picture =
        new Picture(shown.width(), shown.height(), shown.components(), shown.samples());
    String name = file.toString().toLowerCase(Locale.ROOT);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return switch (extension) {
      case "ppm", "pgm", "pnm" -> PnmFiles.encode(picture);
      case "png" -> PictureFiles.toPng(picture);
      default ->
          throw new IllegalArgumentException(
              "jpeg: unknown kind of picture; " + file + "; need .ppm, .pgm, .pnm or .png");
    };
  }

  static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (folder != null && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    AtomicFiles.write(file, bytes);
  }
}
