package dev.jacquard.tensor.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// Reads safetensors files. The file is mapped, not loaded: on the CPU a tensor whose data are
/// aligned is a read-only view of the mapping, others are copied.
///
/// ```java
/// try (Checkpoint file = SafetensorsReader.open(Path.of("model.safetensors"))) {
///   Tensor w = file.toF32(backend, "lm_head.weight");
/// }
/// ```
///
/// The header is checked as a whole when the file is opened: a file that is truncated, or whose
/// tensors do not cover its data exactly once, is refused.
public final class SafetensorsReader {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsReader() {}

  /// Opens a file and checks its header.
  ///
  /// @param file a safetensors file
  /// @return the open file, closed by the caller
  /// @throws CheckpointException if it is no whole safetensors file
  /// @throws IOException if it cannot be read
  public static Checkpoint open(Path file) throws IOException {
    MappedFile mapped = MappedFile.open(file);
    try {
      SafetensorsHeader header = SafetensorsHeader.parse(file, header(mapped), mapped.size());
      return new MappedCheckpoint(mapped, header.metadata(), header.entries());
    } catch (IOException | RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  private static byte[] header(MappedFile file) throws CheckpointException {
    int before = SafetensorsHeader.LENGTH_BYTES;
    if (file.size() < before) {
      throw file.problem(
          "file is too short; %d bytes; need at least %d".formatted(file.size(), before), 0);
    }
    MemorySegment bytes = file.bytes();
    long length = bytes.get(LENGTH, 0);
    long longest = Math.min(SafetensorsHeader.MAX_BYTES, file.size() - before);
    if (length < 2 || length > longest) {
      throw file.problem(
          "no safetensors file, or truncated; its header has %s bytes; need 2 to %d"
              .formatted(Long.toUnsignedString(length), longest),
          0);
    }
    return bytes.asSlice(before, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
