package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PnmFiles;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegCommandTest {

  private static final int WIDTH = 61;
  private static final int HEIGHT = 43;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String colour = "";
  private String jpeg = "";

  @BeforeEach
  void drawPicture() throws IOException {
    byte[] samples = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < samples.length; i++) {
      int x = i / 3 % WIDTH;
      int y = i / 3 / WIDTH;
      samples[i] = (byte) (128 + 100 * Math.sin(0.1 * x * (i % 3 + 1)) * Math.cos(0.07 * y * y));
    }
    colour = path("colour.ppm");
    jpeg = path("out.jpg");
    Files.write(Path.of(colour), PnmFiles.encode(new Picture(WIDTH, HEIGHT, 3, samples)));
  }

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "--quality 20,-quality 20",
    "--sampling 4:4:4 --restart 1,-sample 1x1 -restart 1",
    "--sampling 4:2:2 --restart 5B,-sample 2x1 -restart 5B",
    "--sampling 4:4:0,-sample 1x2",
    "--grayscale --restart 2,-grayscale -restart 2",
  })
  void filesEqualThoseOfCjpeg(String ours, String theirs) throws Exception {
    assertThat(run(words("jpeg encode", ours, colour, jpeg))).as(err.toString()).isZero();
    Path expected = folder.resolve("expected.jpg");
    List<String> cjpeg = Stream.of(words("cjpeg -dct int", theirs, colour)).toList();
    assertThat(tool(cjpeg, expected)).isZero();
    assertThat(Path.of(jpeg)).hasSameBinaryContentAs(expected);
  }

  @ParameterizedTest
  @CsvSource({"'',''", "--nosmooth,-nosmooth"})
  void pixelsEqualThoseOfDjpeg(String ours, String theirs) throws Exception {
    assertThat(run("jpeg", "encode", colour, jpeg)).isZero();
    String pixels = path("back.ppm");
    assertThat(run(words("jpeg decode", ours, jpeg, pixels))).as(err.toString()).isZero();
    Path expected = folder.resolve("expected.ppm");
    assertThat(tool(List.of(words("djpeg -dct int", theirs, jpeg)), expected)).isZero();
    assertThat(Path.of(pixels)).hasSameBinaryContentAs(expected);
  }

  @Test
  void inksComeOutAsDjpegShowsThem() throws Exception {
    byte[] samples = new byte[WIDTH * HEIGHT * 4];
    new Random(1).nextBytes(samples);
    byte[] file =
        new JpegEncoder(EncoderOptions.defaults()).encode(new Raster(WIDTH, HEIGHT, 4, samples));
    Files.write(Path.of(jpeg), file);
    String pixels = path("back.ppm");
    assertThat(run("jpeg", "decode", jpeg, pixels)).as(err.toString()).isZero();
    Path expected = folder.resolve("expected.ppm");
    assertThat(tool(List.of("djpeg", "-dct", "int", jpeg), expected)).isZero();
    assertThat(Path.of(pixels)).hasSameBinaryContentAs(expected);
  }

  @Test
  void pngGivesTheSameAsPpm() throws IOException {
    assertThat(run("jpeg", "encode", colour, jpeg)).isZero();
    assertThat(run("jpeg", "decode", jpeg, path("back.png"))).isZero();
    assertThat(run("jpeg", "decode", jpeg, path("back.ppm"))).isZero();
    assertThat(run("jpeg", "encode", path("back.png"), path("a.jpg"))).isZero();
    assertThat(run("jpeg", "encode", path("back.ppm"), path("b.jpg"))).isZero();
    assertThat(folder.resolve("a.jpg")).hasSameBinaryContentAs(folder.resolve("b.jpg"));
  }

  @Test
  void tablesAndPictureMayBeApart() {
    assertThat(run("jpeg", "encode", "--no-tables", colour, jpeg)).isZero();
    assertThat(run("jpeg", "decode", jpeg, path("back.ppm"))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("jpeg", "encode", "--tables-only", colour, path("tables.jpg"))).isZero();
    assertThat(run("jpeg", "decode", "--tables", path("tables.jpg"), jpeg, path("back.ppm")))
        .isZero();
  }

  @Test
  void inspectTellsSizeAndRestartStructure() {
    assertThat(run("jpeg", "encode", "--restart", "1B", colour, jpeg)).isZero();
    assertThat(run("jpeg", "inspect", jpeg)).isZero();
    assertThat(out.toString()).contains("61 x 43", "SOF0", "12 MCUs", "11 of 11");
  }

  @Test
  void inspectGivesJsonLines() {
    assertThat(run("jpeg", "encode", "--restart", "1B", colour, jpeg)).isZero();
    assertThat(run("jpeg", "inspect", "--json", jpeg)).isZero();
    assertThat(out.toString().lines())
        .allMatch(line -> line.startsWith("{") && line.endsWith("}"))
        .anyMatch(line -> line.contains("\"mcus\":12") && line.contains("\"restartMarkers\":11"));
  }

  @Test
  void missingFileIsNamed() {
    assertThat(run("jpeg", "decode", path("none.jpg"), path("a.ppm"))).isEqualTo(3);
    assertThat(err.toString()).contains("no such file", path("none.jpg"));
  }

  @Test
  void missingFolderOfTheOutputIsNamed() {
    assertThat(run("jpeg", "encode", colour, path("none/a.jpg"))).isEqualTo(3);
    assertThat(err.toString()).contains("no such file or folder: " + path("none"));
  }

  @Test
  void foreignFileIsNamedAndOlderResultStays() throws IOException {
    Files.writeString(folder.resolve("a.jpg"), "older result");
    Files.writeString(folder.resolve("text.png"), "no picture");
    assertThat(run("jpeg", "encode", path("text.png"), path("a.jpg"))).isEqualTo(3);
    assertThat(err.toString()).contains("text.png");
    assertThat(folder.resolve("a.jpg")).hasContent("older result");
    assertThat(run("jpeg", "decode", path("text.png"), path("a.ppm"))).isEqualTo(3);
    assertThat(err.toString()).contains("text.png: jpeg: ");
  }

  @Test
  void truncatedFileWarnsUnlessStrict() throws IOException {
    assertThat(run("jpeg", "encode", colour, jpeg)).isZero();
    byte[] whole = Files.readAllBytes(Path.of(jpeg));
    Files.write(Path.of(jpeg), Arrays.copyOf(whole, whole.length / 2));
    assertThat(run("jpeg", "decode", jpeg, path("a.ppm"))).isZero();
    assertThat(err.toString()).contains(jpeg + ": ");
    assertThat(run("jpeg", "decode", "--strict", jpeg, path("b.ppm"))).isEqualTo(3);
    assertThat(err.toString()).containsPattern("out.jpg: jpeg: .*at byte \\d+");
    assertThat(folder.resolve("b.ppm")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--quality 0,quality out of range",
    "--quality x,quality",
    "--sampling 4:1:1,4:2:2",
    "--restart -1,--restart",
    "--tables-only --no-tables,mutually exclusive",
    "--progressive,--progressive",
  })
  void wrongOptionIsAUsageError(String wrong, String told) {
    assertThat(run(words("jpeg encode", wrong, colour, jpeg))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(told);
    assertThat(Path.of(jpeg)).doesNotExist();
  }

  @Test
  void unknownKindOfPictureIsAUsageError() {
    assertThat(run("jpeg", "encode", colour, jpeg)).isZero();
    assertThat(run("jpeg", "decode", jpeg, path("a.tiff"))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("a.tiff", ".png");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] words(String... parts) {
    return Stream.of(parts)
        .flatMap(part -> Stream.of(part.split(" ")))
        .filter(word -> !word.isEmpty())
        .toArray(String[]::new);
  }

  private static int tool(List<String> command, Path output) throws Exception {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, command.getFirst())));
    assumeTrue(there, command.getFirst() + " is not installed (Debian: libjpeg-turbo-progs)");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
