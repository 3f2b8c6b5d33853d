package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.models.data.TestPictures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `train var-tokenizer`, `train var`, `generate --growth` and `edit` from end to end.
class VarCommandsTest {
  private static final int STAGES = 3;
  private static final int SIDE = 8;

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
    byte[] mask = new byte[SIDE * SIDE];
    Arrays.fill(mask, mask.length / 2, mask.length, (byte) -1);
    Files.write(shared.resolve("mask.png"), PictureFiles.toPng(new Picture(SIDE, SIDE, 1, mask)));
    VarCommandsTest first = new VarCommandsTest();
    first.succeeds(
        "train var-tokenizer --data @/data --out @/tokenizer --steps 4 --set levels=1-2-4"
            + " --set channels=8 --set multipliers=1-2 --set zChannels=8 --set codebookSize=16"
            + " --set codebookDim=4 --set batch=4 --set checkpointEvery=2 --threads 1");
    assertThat(first.err.toString()).contains("codes at 1x1", "codes at 4x4");
    first.succeeds(
        "train var --data @/data --out @/var --steps 4 --set tokenizer=@/tokenizer"
            + " --set tokenizerPath=../tokenizer --set dim=32 --set nLayers=1 --set batch=4"
            + " --set validImages=4 --set checkpointEvery=2 --threads 1");
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

  private static Picture picture(String file) throws IOException {
    return PictureFiles.read(shared.resolve(file));
  }

  @Test
  void picturesAreDrawnAndTheirGrowthIsShown() throws IOException {
    succeeds(
        "generate --model @/var --count 3 --batch 2 --class bright --guidance 1.5 --top-k 8"
            + " --top-p 0.9 --seed 3 --out @/drawn --growth @/growth.png");
    assertThat(picture("drawn/var-002.png").width()).isEqualTo(SIDE);
    assertThat(shared.resolve("drawn/var-sheet.png")).isNotEmptyFile();
    Picture growth = picture("growth.png"); // two rows: the first batch
    assertThat((double) growth.width() / growth.height()).isBetween(1.3, 1.7);
    assertThat(growth.width()).isGreaterThanOrEqualTo(STAGES * SIDE);
  }

  @Test
  void whatAMaskShowsIsRedrawn() throws IOException {
    succeeds(
        "edit --model @/var --image @/data/bright/1.png --mask @/mask.png --count 2 --class dark"
            + " --out @/edited");
    assertThat(shared.resolve("edited/edited-001.png")).isNotEmptyFile();
    succeeds(
        "edit --model @/var --image @/data/bright/1.png --mask @/mask.png --count 1 --invert"
            + " --out @/inverted");
    Picture sheet = picture("edited/edited-sheet.png"); // original, mask, results
    Picture inverted = picture("inverted/edited-sheet.png");
    int middle = sheet.width() / 8 * 3 / 2; // of the second of eight columns
    for (int y : new int[] {sheet.height() / 4, sheet.height() * 3 / 4}) {
      boolean isLower = y > sheet.height() / 2;
      assertThat(sheet.sample(middle, y, 0)).isEqualTo(isLower ? 255 : 0);
      assertThat(inverted.sample(middle, y, 0)).isEqualTo(isLower ? 0 : 255);
    }
  }

  @Test
  void tokensOfAllMapsAreWrittenAndMeasured() throws IOException {
    succeeds("tokenize --model @/tokenizer --images @/data --out @/codes.txt");
    String line = Files.readAllLines(shared.resolve("codes.txt")).getLast();
    assertThat(line.split("\t", -1)[2].split(" ", -1)).hasSize(1 + 4 + 16);
    succeeds("eval --model @/var --data @/data --metrics bits_per_code,bits_at_4x4 --split valid");
    assertThat(out.toString()).contains("bits_per_code", "bits_at_4x4");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    String image = " --image @/data/bright/1.png ";
    Files.write(
        shared.resolve("small.png"), PictureFiles.toPng(new Picture(4, 4, 1, new byte[16])));
    assertThat(run("edit --model @/var --mask @/small.png --out @/x" + image))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("mask of another size than the picture; 4x4; need 8x8");
    assertThat(run("edit --model @/var --mask @/none.png --out @/x" + image))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("generate --model @/var --count 1 --class 7 --out @/x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no class \"7\"; have 0 to 1, which are bright, dark");
    assertThat(run("generate --model @/tokenizer --count 1 --out @/x"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("train llamagen --data @/data --out @/x --set tokenizer=@/tokenizer"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("21 codes for 4 rows of 4");
  }
}
