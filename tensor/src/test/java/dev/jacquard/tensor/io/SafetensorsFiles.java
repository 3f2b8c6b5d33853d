package dev.jacquard.tensor.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Puts safetensors files together byte by byte, so that tests do not trust the writer.
final class SafetensorsFiles {
  private SafetensorsFiles() {}

  /// A file of a header and so many bytes of data 0, 1, 2, ...
  static byte[] file(String header, int dataBytes) {
    return file(header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes);
  }

  /// As [#file(String, int)], with a length field that may lie.
  static byte[] file(long length, String header, int dataBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] field =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    out.writeBytes(field);
    out.writeBytes(header.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < dataBytes; i++) {
      out.write(i);
    }
    return out.toByteArray();
  }

  /// The header's entry of one tensor.
  static String entry(String name, String dtype, String shape, long from, long to) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, from, to);
  }
}
