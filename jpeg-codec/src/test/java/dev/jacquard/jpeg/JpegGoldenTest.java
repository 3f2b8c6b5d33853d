package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bytes and pixels equal those that libjpeg-turbo 2.1.5 once made, where it is not installed too.
///
/// With `-Djacquard.jpeg.golden.write=jpeg-codec/src/test/resources/golden` the files are made anew
/// by the installed `cjpeg` and `djpeg`.
class JpegGoldenTest {
  private static final String WRITE = "jacquard.jpeg.golden.write";

  static byte[] resource(String name) throws IOException {
    try (InputStream in = JpegGoldenTest.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  static List<GoldenCase> cases() throws IOException {
    String index = new String(resource("index.txt"), StandardCharsets.US_ASCII);
    return index.lines().map(GoldenCase::parse).toList();
  }

  @Test
  void thereAreEnoughCases() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(100);
    assertThat(cases().stream().filter(GoldenCase::isOurs)).hasSizeGreaterThan(60);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encodesAndDecodesAsLibjpeg(GoldenCase golden) throws IOException {
    byte[] file = resource(golden.file());
    if (golden.isOurs()) {
      byte[] ours = new JpegEncoder(golden.options()).encode(golden.raster());
      assertThat(ours).isEqualTo(file);
    }
    Raster raster = new JpegDecoder(DecoderOptions.defaults()).decode(file).raster();
    assertThat(GoldenCase.digest(raster)).isEqualTo(golden.pixels());
  }

  @Test
  void writesTheFilesAnew() throws IOException {
    String folder = System.getProperty(WRITE);
    Assumptions.assumeTrue(folder != null, "no -D" + WRITE + "=FOLDER: golden files stay");
    LibjpegTools.assumeInstalled();
    List<String> index = new ArrayList<>();
    Files.createDirectories(Path.of(folder));
    writeOurs(Path.of(folder), index);
    writeOthers(Path.of(folder), index);
    writeProcesses(Path.of(folder), index);
    Files.write(Path.of(folder, "index.txt"), index);
  }

  private static void writeOurs(Path folder, List<String> index) throws IOException {
    SplittableRandom random = new SplittableRandom(41);
    for (int i = 0; i < 80; i++) {
      Pictures.Kind kind = Pictures.Kind.values()[random.nextInt(4)];
      int components = i % 5 == 0 ? 1 : 3;
      Raster raster =
          Pictures.make(kind, 1 + random.nextInt(50), 1 + random.nextInt(50), components, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(i < 40 ? 1 + i * 99 / 39 : 1 + random.nextInt(100))
              .withSampling(Sampling.values()[i % 4])
              .withRestartInterval(i % 3 == 0 ? 0 : random.nextInt(6))
              .withGrayscale(i % 16 == 3);
      byte[] file = LibjpegTools.cjpeg(raster, options);
      write(
          folder,
          index,
          "a%02d.jpg".formatted(i),
          GoldenCase.source(kind, raster, i, options),
          file);
    }
  }

  /// Files with other sampling, scans or colours, and broken ones.
  private static void writeOthers(Path folder, List<String> index) throws IOException {
    Raster raster = Pictures.make(Pictures.Kind.SCENE, 43, 37, 3, 5);
    List<byte[]> files = new ArrayList<>();
    for (String factors : new String[] {"4x1", "1x4", "3x1", "2x2,1x2,2x1", "1x1,2x2,2x2"}) {
      files.add(LibjpegTools.cjpeg(raster, "-sample", factors));
    }
    files.add(LibjpegTools.cjpeg(raster, "-rgb"));
    files.add(LibjpegTools.cjpeg(raster, "-optimize"));
    files.add(LibjpegTools.cjpegWithScans(raster, "0;\n1;\n2;\n"));
    files.add(LibjpegTools.cjpegWithScans(raster, "1 2;\n0;\n"));
    SplittableRandom random = new SplittableRandom(43);
    while (files.size() < 50) {
      byte[] file = LibjpegTools.cjpeg(raster, "-quality", "40", "-restart", "2B");
      byte[] broken = Mutations.apply(file, 640, random);
      if (LibjpegTools.djpeg(broken).exitCode() != 1) {
        files.add(broken);
      }
    }
    for (int i = 0; i < files.size(); i++) {
      write(folder, index, "b%02d.jpg".formatted(i), "-", files.get(i));
    }
  }

  /// Progressive and arithmetic-coded files, complete, incomplete and broken.
  private static void writeProcesses(Path folder, List<String> index) throws IOException {
    SplittableRandom random = new SplittableRandom(47);
    for (int i = 0; i < 48; i++) {
      int components = i % 6 == 0 ? 1 : 3;
      Raster raster = Pictures.make(Pictures.Kind.values()[i % 3], 45, 33, components, i);
      List<String> options = new ArrayList<>(List.of("-quality", "" + (10 + 2 * i)));
      options.addAll(i % 2 == 0 ? List.of("-arithmetic") : List.of());
      options.addAll(i % 5 == 0 ? List.of("-restart", "3B") : List.of());
      options.addAll(i % 7 == 0 ? List.of("-sample", "1x1,1x2,2x1") : List.of());
      String[] cjpeg = options.toArray(String[]::new);
      String script = ScanScripts.progressive(components, random, i % 4 < 2);
      byte[] file =
          i % 8 == 6
              ? LibjpegTools.cjpeg(raster, cjpeg)
              : LibjpegTools.cjpegWithScans(raster, script, cjpeg);
      byte[] shown = i % 3 == 0 ? Mutations.apply(file, 500, random) : file;
      if (LibjpegTools.djpeg(shown).exitCode() != 1) {
        write(folder, index, "c%02d.jpg".formatted(i), "-", shown);
      }
    }
  }

  private static void write(
      Path folder, List<String> index, String name, String source, byte[] file) throws IOException {
    Raster raster = LibjpegTools.fromPnm(LibjpegTools.djpeg(file).output());
    Files.write(folder.resolve(name), file);
    index.add(new GoldenCase(name, source, GoldenCase.digest(raster)).toString());
  }
}
