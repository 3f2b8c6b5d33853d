package dev.jacquard.models.cli;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ContactSheet;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard reconstruct`: pictures to codes and back, and how much was lost.
@Command(
    name = "reconstruct",
    description = "Pictures to codes and back; PSNR, SSIM, Fréchet distance, use of codes.")
final class ReconstructCommand implements Callable<Integer> {
  private static final int SHEET_COLUMNS = 16;
  private static final int SHEET_SCALE = 2;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Mixin private final TokenizerOptions tokenizing = new TokenizerOptions();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "For the PNG files.")
  private Path out = Path.of("");

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Most pictures to take, from the first (default: all).")
  private int count = Integer.MAX_VALUE;

  @Option(
      names = "--judge",
      paramLabel = "FILE",
      description = "Weights of the digit classifier, whose features measure the distance.")
  private Path judge = Path.of("");

  @Override
  public Integer call() throws IOException {
    ImageSet pictures = tokenizing.pictures();
    try (Backend backend = options.openBackend();
        TokenizerModel tokenizer = tokenizing.load(options, backend)) {
      int n = Math.min(count, pictures.size());
      List<Picture> originals = TokenizerOptions.fitted(tokenizer, pictures, 0, n);
      ReconstructionReport report =
          ReconstructionReport.of(tokenizer, originals, judge, backend, options.seed());
      Files.createDirectories(out);
      for (int i = 0; i < n; i++) {
        Path file = out.resolve(String.format(Locale.ROOT, "%06d.png", i));
        AtomicFiles.write(file, PictureFiles.toPng(report.reconstructions().get(i)));
      }
      AtomicFiles.write(
          out.resolve("contact-sheet.png"),
          PictureFiles.toPng(sheet(originals, report.reconstructions())));
      options.print(report.table());
    }
    return ExitCode.DONE;
  }

  /// Originals above their reconstructions.
  private static Picture sheet(List<Picture> originals, List<Picture> reconstructions) {
    List<Picture> rows = new ArrayList<>();
    int shown = Math.min(originals.size(), 4 * SHEET_COLUMNS);
    for (int from = 0; from < shown; from += SHEET_COLUMNS) {
      int to = Math.min(from + SHEET_COLUMNS, shown);
      rows.add(ContactSheet.of(originals.subList(from, to), SHEET_COLUMNS, SHEET_SCALE));
      rows.add(ContactSheet.of(reconstructions.subList(from, to), SHEET_COLUMNS, SHEET_SCALE));
    }
    return ContactSheet.stack(rows);
  }
}
