package dev.jacquard.models;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.gguf.GgufFile;
import dev.jacquard.tensor.io.gguf.GgufWriter;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rewrites checkpoints in another type or format, one tensor after the other: memory for the
/// largest suffices. Names of tensors stay as they are.
///
/// ```java
/// new ModelConversion(backend, DType.Q8_0).convert(folder, smallerFolder);
/// ```
public final class ModelConversion {
  private static final List<String> CARRIED =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer",
          "special_tokens",
          "readme",
          "license");

  private final Backend backend;
  private final @Nullable DType type;

  /// A conversion.
  ///
  /// @param backend who converts
  /// @param type of the floating-point tensors; in GGUF of the matrices, while vectors become f32;
  ///   null to keep what each has
  public ModelConversion(Backend backend, @Nullable DType type) {
    this.backend = backend;
    this.type = type;
  }

  /// Converts a checkpoint, or the one in a model folder.
  ///
  /// @param from a checkpoint of any known format, or a model folder
  /// @param to a file that ends in `.gguf` or `.safetensors`; else a folder, to which
  ///   configuration, tokenizer and model card are copied, with the weights as `model.gguf` if the
  ///   type is quantised, as `model.safetensors` if not
  /// @throws CheckpointException if `from` is malformed, or the format has no such type
  /// @throws IOException if reading or writing fails; an older file stays whole
  public void convert(Path from, Path to) throws IOException {
    String name = to.toString().toLowerCase(Locale.ROOT);
    if (Files.exists(to) && Files.isSameFile(from, to)) {
      throw new CheckpointException(
          "cannot be converted to itself; need another name", to.toString());
    }
    try (Checkpoint source = Checkpoints.open(from)) {
      if (name.endsWith(".gguf")) {
        writeGguf(source, to);
      } else if (name.endsWith(".safetensors")) {
        writeSafetensors(source, to);
      } else if (Files.isDirectory(from)) {
        Files.createDirectories(to);
        copyOthers(from, to);
        if (type != null && type.isQuantized()) {
          writeGguf(source, to.resolve("model.gguf"));
        } else {
          writeSafetensors(source, to.resolve("model.safetensors"));
        }
      } else {
        throw new CheckpointException(
            "a file can become a .gguf or a .safetensors file, only a folder a folder",
            to.toString());
      }
    }
  }

  private void writeSafetensors(Checkpoint source, Path to) throws IOException {
    if (type != null && type.isQuantized()) {
      throw new CheckpointException(
          "safetensors files have no %s; need F32, BF16 or F16, or GGUF".formatted(type),
          to.toString());
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    source.metadata().forEach(writer::metadata);
    (type == null ? writer : writer.floatsAs(type)).write(to, source, backend);
  }

  private void writeGguf(Checkpoint source, Path to) throws IOException {
    GgufWriter writer = new GgufWriter();
    if (source instanceof GgufFile file) {
      file.fields().forEach((name, value) -> writer.field(name, narrowed(value)));
    } else {
      source.metadata().forEach(writer::field);
    }
    (type == null ? writer : writer.matricesAs(type)).write(to, source, backend);
  }

  /// A field in the type that programs expect it in: 32 bits, where they suffice.
  private static Object narrowed(Object value) {
    return switch (value) {
      case Long number when number == number.intValue() -> number.intValue();
      case Double number when number == number.floatValue() -> number.floatValue();
      case List<?> list -> list.stream().map(ModelConversion::narrowed).toList();
      default -> value;
    };
  }

  private static void copyOthers(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (CARRIED.stream().anyMatch(name.toLowerCase(Locale.ROOT)::startsWith)) {
          Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
