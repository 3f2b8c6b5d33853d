package dev.jacquard.models;

import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// SHA-256 of the files of a model, in the form of `sha256sum`.
public final class Checksums {
  private static final int BUFFER_BYTES = 1 << 20;

  private Checksums() {}

  /// Reads all files of a model.
  ///
  /// @param model a file, or a folder of which every file is read, those in its folders too
  /// @return sum in hexadecimal digits by name, in alphabetical order; names are relative to the
  ///   folder
  /// @throws IOException if a file cannot be read
  public static SequencedMap<String, String> of(Path model) throws IOException {
    SequencedMap<String, String> sums = new TreeMap<>();
    if (!Files.isDirectory(model)) {
      sums.put(String.valueOf(model.getFileName()), sum(model));
      return sums;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(model)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      sums.put(model.relativize(file).toString().replace('\\', '/'), sum(file));
    }
    return sums;
  }

  /// Reads what [#of] gave, or `sha256sum`, as lines of sum, two blanks and name.
  ///
  /// @param file the list
  /// @return sum by name, in the order of the file
  /// @throws CheckpointException if a line has another form
  /// @throws IOException if it cannot be read
  public static SequencedMap<String, String> read(Path file) throws IOException {
    SequencedMap<String, String> sums = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.matches("[0-9a-f]{64} [ *].+")) {
        throw new CheckpointException(
            "line %d is no checksum; need 64 hexadecimal digits, two blanks and a name"
                .formatted(sums.size() + 1),
            file.toString());
      }
      sums.put(line.substring(66), line.substring(0, 64));
    }
    return sums;
  }

  private static String sum(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
