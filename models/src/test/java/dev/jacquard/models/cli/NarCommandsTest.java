package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.TestPictures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `train nar` and `generate --loop nar` from end to end, beside a LlamaGen of the same codes.
class NarCommandsTest {
  private static final int SIDE = 4;
  private static final String TINY =
      " --steps 2 --set tokenizer=@/tokenizer --set tokenizerPath=../tokenizer --set dim=32"
          + " --set nLayers=1 --set batch=4 --set validImages=4 --threads 1";

  @TempDir private static Path shared;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    ImageSet pictures = new TestPictures.DarkAndBright();
    for (int i = 0; i < pictures.size(); i++) {
      String name = pictures.labelNames().get(pictures.label(i));
      Path folder = Files.createDirectories(shared.resolve("data").resolve(name));
      Files.write(folder.resolve(i + ".png"), PictureFiles.toPng(pictures.image(i)));
    }
    NarCommandsTest first = new NarCommandsTest();
    first.succeeds(
        "train vq --data @/data --out @/tokenizer --steps 2 --set channels=8"
            + " --set multipliers=1-2 --set zChannels=8 --set codebookSize=16 --set codebookDim=4"
            + " --set batch=4 --threads 1");
    first.succeeds("train nar --data @/data --out @/nar" + TINY);
    first.succeeds("train llamagen --data @/data --out @/gpt" + TINY);
    assertThat(first.err.toString()).contains("bits per code");
  }

  private int run(String line) {
    String[] args = line.replace("@", shared.toString()).strip().split(" +");
    try (PrintWriter output = new PrintWriter(out);
        PrintWriter errors = new PrintWriter(err)) {
      return Main.run(output, errors, args);
    }
  }

  private void succeeds(String line) {
    assertThat(run(line)).as("%s: %s", line, err).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " --loop nar"})
  void picturesAreDrawnByDiagonals(String loop) {
    succeeds(
        "generate --json --model @/nar --count 3 --batch 2 --class bright --guidance 1.5 --top-k 8"
            + " --seed 3 --out @/drawn"
            + loop);
    assertThat(shared.resolve("drawn/nar-002.png")).isNotEmptyFile();
    assertThat(out.toString())
        .contains("\"nar\"", "\"probabilities\"", ":" + 3 * (2 * SIDE - 1) + ",");
  }

  @Test
  void whatIsGivenIsCompletedAndMeasured() throws IOException {
    Path picture;
    try (Stream<Path> dark = Files.list(shared.resolve("data/dark"))) {
      picture = dark.findFirst().orElseThrow();
    }
    succeeds("complete --model @/nar --image " + picture + " --keep 0.4 --count 2 --out @/whole");
    succeeds("eval --model @/nar --data @/data --metrics bits_per_code --split valid");
    assertThat(out.toString()).contains("bits_per_code");
  }

  @Test
  void loopsOfOtherModelsAreRefusedWithThoseThatRun() {
    assertThat(run("generate --model @/nar --loop sjd --out @/x")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--loop sjd does not run with this model; have nar");
    assertThat(run("generate --model @/gpt --loop nar --out @/x")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--loop nar does not run with this model; have plain, forced, ngram, draft");
    assertThat(run("generate --model @/gpt --loop draft --draft @/nar --out @/x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("draft: tokens of another kind", "codes of nar in 4 rows");
  }
}
