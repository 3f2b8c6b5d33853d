package dev.jacquard.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// Opens checkpoints of any known format, told apart by their contents.
///
/// ```java
/// try (Checkpoint file = Checkpoints.open(Path.of("model.pth"))) {
///   file.entries().forEach(System.out::println);
/// }
/// ```
public final class Checkpoints {
  private static final int HEAD_BYTES = 512;
  private static final String INDEX = ".index.json";
  private static final List<String> FILES_OF_FOLDERS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "model.gguf");
  private static final List<CheckpointFormat> FORMATS =
      ServiceLoader.load(CheckpointFormat.class, Checkpoints.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Checkpoints() {}

  /// Opens a file, or the weights in a model folder of Hugging Face's form: `model.safetensors` or
  /// `pytorch_model.bin`, whole or in shards with an index; or `model.gguf`, with the same names.
  ///
  /// @param path a checkpoint, the index of a sharded one, or a folder
  /// @return the open checkpoint, closed by the caller
  /// @throws CheckpointException if its format is not known or it is malformed
  /// @throws IOException if it is missing or cannot be read
  public static Checkpoint open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    return path.toString().endsWith(INDEX) ? ShardedCheckpoint.open(path) : openWhole(path);
  }

  /// Opens a checkpoint that is one file.
  static Checkpoint openWhole(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return format(file).open(file);
  }

  private static Checkpoint openFolder(Path folder) throws IOException {
    for (String name : FILES_OF_FOLDERS) {
      if (Files.exists(folder.resolve(name))) {
        return open(folder.resolve(name));
      }
    }
    throw new CheckpointException(
        "no weights in this folder; need one of " + String.join(", ", FILES_OF_FOLDERS),
        folder.toString());
  }

  private static CheckpointFormat format(Path file) throws IOException {
    long size = Files.size(file);
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    for (CheckpointFormat format : FORMATS) {
      if (format.recognizes(head, size)) {
        return format;
      }
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (CheckpointFormat format : FORMATS) {
      if (format.suffixes().stream().anyMatch(name::endsWith)) {
        return format;
      }
    }
    throw new CheckpointException("unknown format; need one of " + names(), file.toString());
  }

  private static String names() {
    return FORMATS.stream().map(CheckpointFormat::name).sorted().collect(Collectors.joining(", "));
  }
}
