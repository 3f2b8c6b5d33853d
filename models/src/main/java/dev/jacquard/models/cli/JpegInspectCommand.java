package dev.jacquard.models.cli;

import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.JpegInspector;
import dev.jacquard.jpeg.JpegReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jacquard jpeg inspect`: what a file is made of.
@Command(name = "inspect", description = "List segments, tables, scans and restart markers.")
final class JpegInspectCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "IN", description = "JPEG file.")
  private Path in = Path.of("");

  @Override
  public Integer call() throws IOException {
    JpegReport report = inspect();
    if (!options.isJson()) {
      options.out().print(report);
      options.out().flush();
      return ExitCode.DONE;
    }
    options.print(
        new Table("process", "width", "height", "components", "bytes", "problems")
            .row(
                report.process(),
                report.width(),
                report.height(),
                report.components().size(),
                report.lengthBytes(),
                String.join("; ", report.problems())));
    Table segments = new Table("segment", "offset", "bytes", "details");
    report
        .segments()
        .forEach(s -> segments.row(s.name(), s.offset(), s.lengthBytes(), s.details()));
    options.print(segments);
    Table scans =
        new Table(
            "scan", "mcus", "blocksPerMcu", "restartInterval", "restartMarkers", "entropyBytes");
    for (JpegReport.Scan scan : report.scans()) {
      scans.row(
          scan.offset(),
          scan.mcus(),
          scan.blocksPerMcu(),
          scan.restartInterval(),
          scan.restartMarkers(),
          scan.entropyBytes());
    }
    options.print(scans);
    return ExitCode.DONE;
  }

  private JpegReport inspect() throws IOException {
    try {
      return JpegInspector.inspect(Files.readAllBytes(in));
    } catch (JpegException e) {
      throw JpegCommand.inFile(in, e);
    }
  }
}
