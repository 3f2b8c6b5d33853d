package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The files of `torch.save`.
public final class TorchFormat implements CheckpointFormat {
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int NAME_LENGTH_AT = 26; // in the header of a zip file's first item
  private static final int NAME_AT = 30;

  /// The pickled number that starts files of the older form.
  private static final byte[] LEGACY = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");

  /// Creates the format.
  public TorchFormat() {}

  @Override
  public String name() {
    return "PyTorch";
  }

  @Override
  public List<String> suffixes() {
    return List.of(".pt", ".pth", ".bin", ".ckpt");
  }

  @Override
  public boolean recognizes(byte[] head, long sizeBytes) {
    return startsWith(head, LEGACY)
        || (startsWith(head, ZIP) && head.length > NAME_AT && isTorchItem(firstName(head)));
  }

  private static boolean isTorchItem(String name) {
    return name.endsWith("/data.pkl") || name.endsWith("/version") || name.contains("/data/");
  }

  private static String firstName(byte[] head) {
    int length = (head[NAME_LENGTH_AT] & 0xff) | (head[NAME_LENGTH_AT + 1] & 0xff) << 8;
    int to = Math.min(head.length, NAME_AT + length);
    return new String(head, NAME_AT, to - NAME_AT, StandardCharsets.UTF_8);
  }

  static boolean startsWith(byte[] head, byte[] start) {
    return head.length >= start.length
        && Arrays.equals(head, 0, start.length, start, 0, start.length);
  }

  @Override
  public Checkpoint open(Path file) throws IOException {
    return TorchReader.open(file);
  }
}
