package dev.jacquard.models.cli;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard tokenize`: writes the codes of pictures, a line each: name, tab, class, tab, codes.
@Command(name = "tokenize", description = "Write the codes of pictures as text.")
final class TokenizeCommand implements Callable<Integer> {
  private static final int BATCH = 64;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Mixin private final TokenizerOptions tokenizing = new TokenizerOptions();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The text file.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    ImageSet pictures = tokenizing.pictures();
    StringBuilder text = new StringBuilder();
    try (Backend backend = options.openBackend();
        TokenizerModel tokenizer = tokenizing.load(options, backend);
        Progress progress = options.progress("encoding", pictures.size())) {
      text.append(
          "# tokenizer %s, %d codes, %d rows of %d\n"
              .formatted(
                  tokenizer.hash(),
                  tokenizer.vocabSize(),
                  tokenizer.gridRows(),
                  tokenizer.gridColumns()));
      for (int from = 0; from < pictures.size(); from += BATCH) {
        int to = Math.min(from + BATCH, pictures.size());
        List<Picture> part = TokenizerOptions.fitted(tokenizer, pictures, from, to);
        List<int[]> codes = tokenizer.encodeAll(part);
        for (int i = from; i < to; i++) {
          text.append(pictures.name(i)).append('\t').append(pictures.label(i)).append('\t');
          text.append(
                  Arrays.stream(codes.get(i - from))
                      .mapToObj(Integer::toString)
                      .collect(Collectors.joining(" ")))
              .append('\n');
        }
        progress.stepTo(to);
      }
      AtomicFiles.write(out, text.toString());
      options.print(
          new Table("pictures", "codes each", "tokenizer", "file")
              .row(pictures.size(), tokenizer.length(), tokenizer.hash(), out.toString()));
    }
    return ExitCode.DONE;
  }
}
