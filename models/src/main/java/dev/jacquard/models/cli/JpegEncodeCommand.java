package dev.jacquard.models.cli;

import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.jpeg.StreamForm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard jpeg encode`: the same bytes as `cjpeg` with the same options.
@Command(name = "encode", description = "Encode a picture as JPEG, byte for byte as cjpeg does.")
final class JpegEncodeCommand implements Callable<Integer> {

  private static final Map<String, Sampling> SAMPLINGS =
      Map.of(
          "4:4:4", Sampling.S444,
          "4:2:2", Sampling.S422,
          "4:2:0", Sampling.S420,
          "4:4:0", Sampling.S440);
  private static final int MAX_INTERVAL = 0xFFFF;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "IN", description = "PNG, PPM, PGM, BMP, GIF or JPEG file.")
  private Path in = Path.of("");

  @Parameters(paramLabel = "OUT", description = "JPEG file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--quality",
      paramLabel = "Q",
      defaultValue = "75",
      description = "1 to 100 (default: 75).")
  private int quality;

  @Option(
      names = "--sampling",
      paramLabel = "J:a:b",
      defaultValue = "4:2:0",
      description = "4:4:4, 4:2:2, 4:2:0 or 4:4:0 (default: 4:2:0).")
  private String sampling = "4:2:0";

  @Option(
      names = "--restart",
      paramLabel = "N[B]",
      defaultValue = "0",
      description = "A restart marker every N rows of MCUs; with a B behind it, every N MCUs.")
  private String restart = "0";

  @Option(names = "--grayscale", description = "Encode luminance only.")
  private boolean grayscale;

  @ArgGroup private final Form form = new Form();

  private static final class Form {
    @Option(names = "--tables-only", description = "Write the tables without the picture.")
    boolean tablesOnly;

    @Option(names = "--no-tables", description = "Write the picture without the tables.")
    boolean noTables;
  }

  @Override
  public Integer call() throws IOException {
    Sampling chroma = SAMPLINGS.get(sampling);
    if (chroma == null) {
      throw options.usage("unknown --sampling " + sampling + "; need 4:4:4, 4:2:2, 4:2:0 or 4:4:0");
    }
    if (!restart.matches("\\d{1,5}[Bb]?")) {
      throw options.usage("wrong --restart " + restart + "; need a number, or a number and B");
    }
    Raster raster = JpegCommand.readPicture(in);
    EncoderOptions encoding =
        new EncoderOptions(
            quality,
            chroma,
            restartInterval(raster, chroma),
            grayscale,
            form.noTables ? StreamForm.IMAGE_ONLY : StreamForm.FULL);
    JpegEncoder encoder = new JpegEncoder(encoding);
    byte[] file = form.tablesOnly ? encoder.encodeTables() : encoder.encode(raster);
    JpegCommand.write(out, file);
    return ExitCode.DONE;
  }

  /// In MCUs. As in `cjpeg`, rows that have too many of them for one interval give the longest.
  private int restartInterval(Raster raster, Sampling chroma) {
    boolean inMcus = restart.matches(".*[Bb]");
    int n = Integer.parseInt(inMcus ? restart.substring(0, restart.length() - 1) : restart);
    if (inMcus) {
      return n;
    }
    boolean grey = grayscale || raster.components() == 1;
    int mcuWidth = grey ? 8 : 8 * chroma.horizontal();
    return Math.min(n * Math.ceilDiv(raster.width(), mcuWidth), MAX_INTERVAL);
  }
}
