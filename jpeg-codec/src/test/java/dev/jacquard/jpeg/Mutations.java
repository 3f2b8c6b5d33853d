package dev.jacquard.jpeg;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Seeded damage to files.
final class Mutations {
  private Mutations() {}

  /// A damaged copy: one to four bytes changed, cut out or inserted, or the end cut off.
  ///
  /// @param from bytes before this index stay as they are
  static byte[] apply(byte[] file, int from, SplittableRandom random) {
    byte[] result = file.clone();
    int edits = 1 + random.nextInt(4);
    for (int i = 0; i < edits && result.length > from + 2; i++) {
      int at = random.nextInt(from, result.length);
      switch (random.nextInt(6)) {
        case 0 -> result[at] = (byte) random.nextInt(256);
        case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> result[at] = (byte) 0xFF;
        case 3 -> result = splice(result, at, Math.min(result.length, at + 1 + random.nextInt(9)));
        case 4 -> result = splice(result, at, Math.max(from, at - random.nextInt(9)));
        default -> result = random.nextInt(4) == 0 ? Arrays.copyOf(result, at) : result;
      }
    }
    return result;
  }

  /// The bytes before `end` and those from `start` on: a gap, or a repetition if they overlap.
  private static byte[] splice(byte[] file, int end, int start) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, end);
    out.write(file, start, file.length - start);
    return out.toByteArray();
  }
}
