package dev.jacquard.jpeg;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/// Runs the installed `cjpeg`, `djpeg` and `jpegtran` of libjpeg-turbo, the peers in the exactness
/// tests.
final class LibjpegTools {
  private LibjpegTools() {}

  /// Skips the test, with a message, where the tools or the right version are not installed.
  static void assumeInstalled() {
    for (String tool : List.of("cjpeg", "djpeg", "jpegtran")) {
      Assumptions.assumeTrue(
          version(tool).startsWith("libjpeg-turbo version 2.1"),
          tool + " of libjpeg-turbo 2.1 is not installed: comparison skipped");
    }
  }

  private static String version(String tool) {
    try {
      Process process = new ProcessBuilder(tool, "-version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /// The file that `cjpeg` makes of a picture; scan scripts and segments of the options are the
  /// caller's business.
  static byte[] cjpeg(Raster raster, EncoderOptions options) throws IOException {
    return cjpeg(raster, cjpegOptions(raster, options).toArray(String[]::new));
  }

  /// The options of `cjpeg` that mean the same.
  static List<String> cjpegOptions(Raster raster, EncoderOptions options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-quality", Integer.toString(options.quality())));
    if (raster.components() == 3) {
      switch (options.colors()) {
        case GREY -> command.add("-grayscale");
        case RGB -> command.add("-rgb");
        case YCC -> {}
      }
      if (options.colors() != EncoderOptions.Colors.GREY) {
        command.addAll(
            List.of(
                "-sample",
                options.factors().stream()
                    .map(f -> f.h() + "x" + f.v())
                    .collect(Collectors.joining(","))));
      }
    }
    StreamOptions stream = options.stream();
    if (stream.restartInterval() > 0) {
      command.add("-restart");
      command.add(stream.restartInterval() + (stream.restartInRows() ? "" : "B"));
    }
    if (stream.script() == ScanScript.progressive()) {
      command.add("-progressive");
    }
    switch (stream.coding()) {
      case OPTIMIZED_HUFFMAN -> command.add("-optimize");
      case ARITHMETIC -> command.add("-arithmetic");
      case HUFFMAN -> {}
    }
    return command;
  }

  /// The file that `cjpeg` makes of a picture with options of its own.
  static byte[] cjpeg(Raster raster, String... extra) throws IOException {
    List<String> command = new ArrayList<>(List.of("cjpeg", "-dct", "int"));
    command.addAll(Arrays.asList(extra));
    return run(command, toPnm(raster)).output();
  }

  /// The file that `cjpeg` makes of a picture with a scan script.
  static byte[] cjpegWithScans(Raster raster, String script, String... extra) throws IOException {
    Path scans = Files.createTempFile("jacquard", ".scans");
    try {
      Files.writeString(scans, script);
      List<String> options = new ArrayList<>(List.of("-scans", scans.toString()));
      options.addAll(Arrays.asList(extra));
      return cjpeg(raster, options.toArray(String[]::new));
    } finally {
      Files.delete(scans);
    }
  }

  /// What came out of a run.
  ///
  /// @param output standard output
  /// @param errors standard error
  /// @param exitCode 0 for success, 2 for success with warnings
  record Result(byte[] output, String errors, int exitCode) {}

  /// The pixels that `djpeg` makes of a file; an empty output where it refuses.
  static Result djpeg(byte[] file, String... extra) throws IOException {
    List<String> command = new ArrayList<>(List.of("djpeg", "-dct", "int", "-pnm"));
    command.addAll(Arrays.asList(extra));
    return run(command, file);
  }

  /// What `jpegtran` makes of a file; an empty output where it refuses.
  static Result jpegtran(byte[] file, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("jpegtran"));
    command.addAll(Arrays.asList(options));
    return run(command, file);
  }

  private static Result run(List<String> command, byte[] input) throws IOException {
    Path in = Files.createTempFile("jacquard", ".in");
    Path out = Files.createTempFile("jacquard", ".out");
    Path err = Files.createTempFile("jacquard", ".err");
    try {
      Files.write(in, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      int code = process.waitFor();
      return new Result(Files.readAllBytes(out), Files.readString(err), code);
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }

  /// A binary PGM or PPM file.
  static byte[] toPnm(Raster raster) {
    String kind = raster.components() == 1 ? "P5" : "P6";
    byte[] header =
        "%s\n%d %d\n255\n"
            .formatted(kind, raster.width(), raster.height())
            .getBytes(StandardCharsets.US_ASCII);
    byte[] file = Arrays.copyOf(header, header.length + raster.samples().length);
    System.arraycopy(raster.samples(), 0, file, header.length, raster.samples().length);
    return file;
  }

  /// Reads a binary PGM or PPM file without comments, as `djpeg` writes it.
  static Raster fromPnm(byte[] file) {
    int at = 0;
    String[] words = new String[4];
    for (int i = 0; i < 4; i++) {
      int from = at;
      while (!Character.isWhitespace(file[at])) {
        at++;
      }
      words[i] = new String(file, from, at - from, StandardCharsets.US_ASCII);
      at++;
    }
    int components = words[0].equals("P5") ? 1 : 3;
    byte[] samples = Arrays.copyOfRange(file, at, file.length);
    return new Raster(Integer.parseInt(words[1]), Integer.parseInt(words[2]), components, samples);
  }
}
