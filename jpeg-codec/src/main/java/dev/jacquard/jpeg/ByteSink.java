package dev.jacquard.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growing array of bytes.
final class ByteSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[1024];
  private int size;

  void writeByte(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /// Eight bytes, the most significant first.
  void writeLong(long value) {
    if (size > bytes.length - 8) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    LONG.set(bytes, size, value);
    size += 8;
  }

  /// Two bytes, the more significant first (T.81 B.1.1.1).
  void writeShort(int value) {
    writeByte(value >> 8);
    writeByte(value);
  }

  void writeMarker(int code) {
    writeByte(0xFF);
    writeByte(code);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
