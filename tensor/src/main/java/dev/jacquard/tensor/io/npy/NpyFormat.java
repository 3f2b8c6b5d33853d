package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointFormat;
import dev.jacquard.tensor.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The files of NumPy, one array or a zip file of several.
public final class NpyFormat implements CheckpointFormat {
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int NAME_LENGTH_AT = 26; // in the header of a zip file's first item
  private static final int NAME_AT = 30;

  /// Creates the format.
  public NpyFormat() {}

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public List<String> suffixes() {
    return List.of(".npy", ".npz");
  }

  @Override
  public boolean recognizes(byte[] head, long sizeBytes) {
    if (startsWith(head, NpyHeader.MAGIC)) {
      return true;
    }
    if (!startsWith(head, ZIP) || head.length < NAME_AT) {
      return false;
    }
    int length = (head[NAME_LENGTH_AT] & 0xff) | (head[NAME_LENGTH_AT + 1] & 0xff) << 8;
    int to = Math.min(head.length, NAME_AT + length);
    return new String(head, NAME_AT, to - NAME_AT, StandardCharsets.UTF_8).endsWith(".npy");
  }

  static boolean isZip(MappedFile file) {
    long length = Math.min(ZIP.length, file.size());
    return Arrays.equals(file.bytes().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), ZIP);
  }

  private static boolean startsWith(byte[] head, byte[] start) {
    return head.length >= start.length
        && Arrays.equals(head, 0, start.length, start, 0, start.length);
  }

  @Override
  public Checkpoint open(Path file) throws IOException {
    return NpyReader.open(file);
  }
}
