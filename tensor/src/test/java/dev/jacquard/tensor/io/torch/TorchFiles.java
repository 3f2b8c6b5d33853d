package dev.jacquard.tensor.io.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Puts PyTorch files together from pickles written as text: each word is `'x'`, a byte in ASCII,
/// or two hexadecimal digits, or `"text"`, whose bytes follow.
final class TorchFiles {
  private TorchFiles() {}

  /// A pickle.
  static byte[] pickle(String words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String word : words.strip().split("\\s+")) {
      if (word.startsWith("\"")) {
        String text = word.substring(1, word.length() - 1).replace("~", "\n");
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      } else {
        out.writeBytes(HexFormat.of().parseHex(word));
      }
    }
    return out.toByteArray();
  }

  /// A zip file with a pickle and one storage of 16 bytes.
  static byte[] zip(byte[] pickle) {
    return zip(pickle, new byte[16], "x/data/0");
  }

  static byte[] zip(byte[] pickle, byte[] storage, String storageName) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "x/data.pkl", pickle);
      add(zip, storageName, storage);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] contents) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(contents);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(contents.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(contents);
    zip.closeEntry();
  }

  /// The operations that push a tensor: storage "0" of so many floats, offset, shape, strides, each
  /// a few pickled words.
  static String tensor(String elements, String offset, String shape, String strides) {
    return """
    63 "torch._utils~_rebuild_tensor_v2~" 28
    28 58 07000000 "storage" 63 "torch~FloatStorage~" 58 01000000 "0" 58 03000000 "cpu"
    %s 74 51 %s %s %s 89 7d 74 52
    """
        .formatted(elements, offset, shape, strides);
  }

  static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at <= bytes.length - wanted.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  /// Makes the checksum of the first item right, if its place makes sense.
  static void correctChecksum(byte[] bytes, int entry) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = buffer.getInt(entry + 20);
    int local = buffer.getInt(entry + 42);
    if (local < 0 || local > bytes.length - 30) {
      return;
    }
    int nameBytes = buffer.getShort(local + 26) & 0xffff;
    int from = local + 30 + nameBytes + (buffer.getShort(local + 28) & 0xffff);
    if (size >= 0 && from <= bytes.length - size) {
      CRC32 crc = new CRC32();
      crc.update(bytes, from, size);
      buffer.putInt(entry + 16, (int) crc.getValue());
    }
  }
}
