package dev.jacquard.models.cli;

import dev.jacquard.jpeg.DecodedJpeg;
import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.JpegTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard jpeg decode`: the same pixels as `djpeg -dct int` with the same options.
@Command(name = "decode", description = "Decode a JPEG file to the pixels that djpeg gives.")
final class JpegDecodeCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "IN", description = "JPEG file.")
  private Path in = Path.of("");

  @Parameters(paramLabel = "OUT", description = "PPM, PGM or PNG file to write.")
  private Path out = Path.of("");

  @Option(names = "--nosmooth", description = "Repeat chrominance instead of interpolating it.")
  private boolean nosmooth;

  @Option(names = "--strict", description = "Stop at the first violation of the standard.")
  private boolean strict;

  @Option(
      names = "--tables",
      paramLabel = "FILE",
      description = "File of tables that the stream relies on.")
  private @Nullable Path tables;

  @Override
  public Integer call() throws IOException {
    JpegDecoder decoder =
        new JpegDecoder(
            DecoderOptions.defaults()
                .withSmoothing(!nosmooth)
                .withStrict(strict)
                .withTables(tables == null ? JpegTables.none() : readTables(tables)));
    DecodedJpeg decoded = decode(decoder);
    decoded.warnings().forEach(warning -> options.err().println(in + ": " + warning));
    JpegCommand.write(out, JpegCommand.encodePicture(decoded.raster(), out));
    return ExitCode.DONE;
  }

  private DecodedJpeg decode(JpegDecoder decoder) throws IOException {
    try {
      return decoder.decode(Files.readAllBytes(in));
    } catch (JpegException e) {
      throw JpegCommand.inFile(in, e);
    }
  }

  private static JpegTables readTables(Path file) throws IOException {
    try {
      return JpegTables.read(Files.readAllBytes(file));
    } catch (JpegException e) {
      throw JpegCommand.inFile(file, e);
    }
  }
}
