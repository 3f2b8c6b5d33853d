package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `train vq`, `tokenize`, `reconstruct` and `eval` from end to end.
class TokenizerCommandsTest {
  private static final String TINY =
      " --set channels=8 --set multipliers=1-2 --set zChannels=8 --set codebookSize=16"
          + " --set codebookDim=4 --set batch=4 --set checkpointEvery=2 --threads 1";

  @TempDir private static Path shared;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    List<Picture> pictures = TestPictures.parts(16, 12, 2, 4);
    TestPictures.folder(shared.resolve("data"), pictures);
    TokenizerCommandsTest first = new TokenizerCommandsTest();
    int code = first.run("train vq --data @/data --out @/model --steps 4" + TINY);
    assertThat(code).as(first.err.toString()).isEqualTo(ExitCode.DONE);
    assertThat(first.err.toString()).contains("code share", "code perplexity", "dead codes");
  }

  private int run(String line) {
    String[] args = line.replace("@", shared.toString()).strip().split(" +");
    try (PrintWriter output = new PrintWriter(out);
        PrintWriter errors = new PrintWriter(err)) {
      return Main.run(output, errors, args);
    }
  }

  @Test
  void codesAreWrittenALineEach() throws IOException {
    assertThat(run("tokenize --model @/model --images @/data --out @/codes.txt")).isZero();
    List<String> lines = Files.readAllLines(shared.resolve("codes.txt"));
    assertThat(lines).hasSize(1 + 18);
    assertThat(lines.getFirst()).contains("16 codes", "8 rows of 8");
    for (String line : lines.subList(1, lines.size())) {
      String[] codes = line.split("\t", -1)[2].split(" ", -1);
      assertThat(codes).hasSize(64).allMatch(k -> Integer.parseInt(k) < 16);
    }
  }

  @Test
  void reconstructionsAreWrittenAndMeasured() {
    int code = run("reconstruct --model @/model --images @/data --out @/again --count 9 --json");
    assertThat(code).as(err.toString()).isZero();
    assertThat(shared.resolve("again/000008.png")).isNotEmptyFile();
    assertThat(shared.resolve("again/contact-sheet.png")).isNotEmptyFile();
    assertThat(out.toString())
        .contains(
            "PSNR", "SSIM", "rFD(random-conv)", "codes used", "\"n\"", "\"hash\"", "\"seed\"");
  }

  @Test
  void evalMeasuresHeldOutPictures() {
    assertThat(run("eval --model @/model --data @/data --split test")).isZero();
    assertThat(out.toString()).contains("PSNR", "code perplexity");
    assertThat(run("eval --model @/model --data @/data --split test --metrics psnr")).isZero();
    assertThat(run("eval --model @/model --data @/data --metrics fid")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("unknown metric; \"fid\"");
  }

  @Test
  void trainingThatRunsIntoInfinityNamesStepAndTensor() {
    int code =
        run(
            "train vq --data @/data --out @/wild --steps 6 --set learningRate=1e30"
                + " --set warmupSteps=0 --set normalized=false"
                + TINY);
    assertThat(code).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(err.toString())
        .contains("no finite number at step")
        .contains("\"")
        .doesNotContain("internal error");
  }

  @Test
  void mistakesAreNamed() {
    assertThat(run("generate --model @/model --count 1 --out @/x")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("draws no pictures");
    assertThat(run("train vq --data @/data --out @/x --set quantizer=foo"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("\"foo\"; have vq, rotated");
    assertThat(run("train vq --data @/data --out @/x --set width=15")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("width=15").contains("multiples of the stride");
    assertThat(run("train vq --data @/data --out @/x --set multipliers=1-x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("tokenize --model @/none --images @/data --out @/y"))
        .isEqualTo(ExitCode.BAD_INPUT);
  }
}
