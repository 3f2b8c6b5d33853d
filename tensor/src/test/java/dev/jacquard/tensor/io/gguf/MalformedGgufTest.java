package dev.jacquard.tensor.io.gguf;

import dev.jacquard.tensor.io.Refusals;
import dev.jacquard.tensor.io.Refusals.Case;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedGgufTest {
  @TempDir Path folder;

  /// Writes a header piece by piece.
  private static final class Header {
    private final ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    Header(long tensors, long fields) {
      out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(tensors);
      out.putLong(fields);
    }

    Header text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.putLong(bytes.length).put(bytes);
      return this;
    }

    Header i32(int value) {
      out.putInt(value);
      return this;
    }

    Header i64(long value) {
      out.putLong(value);
      return this;
    }

    Header tensor(String name, int type, long offset, long... sizes) {
      text(name).i32(sizes.length);
      for (long size : sizes) {
        i64(size);
      }
      return i32(type).i64(offset);
    }

    /// The file, padded, with so many bytes of data.
    byte[] with(int dataBytes) {
      return Arrays.copyOf(out.array(), Math.ceilDiv(out.position(), 32) * 32 + dataBytes);
    }

    byte[] bytes() {
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  private static byte[] one(int type, long offset, long... sizes) {
    return new Header(1, 0).tensor("x", type, offset, sizes).with(64);
  }

  private static byte[] field(int type, long... words) {
    Header header = new Header(0, 1).text("key").i32(type);
    Arrays.stream(words).forEach(header::i64);
    return header.bytes();
  }

  static Stream<Case> cases() {
    byte[] good = one(0, 0, 16);
    byte[] version1 = good.clone();
    version1[4] = 1;
    byte[] bigEndian = good.clone();
    bigEndian[4] = 0;
    bigEndian[7] = 3;
    long huge = 1L << 62;
    return Stream.of(
        new Case("empty", new byte[0], "truncated"),
        new Case("other magic", new byte[64], "no GGUF file"),
        new Case("version 1", version1, "version 1; need"),
        new Case("big-endian", bigEndian, "big-endian"),
        new Case("fields", new Header(0, huge).bytes(), "number of fields"),
        new Case("minus fields", new Header(0, -1).with(99), "18446744073709551615"),
        new Case("tensors", new Header(huge, 0).with(99), "number of tensors"),
        new Case("key length", new Header(0, 1).i64(huge).with(99), "text of"),
        new Case("key length -1", new Header(0, 1).i64(-1).with(99), "text of"),
        new Case("long key", new Header(0, 1).i64(1 << 17).with(1 << 18), "text of"),
        new Case("field type", field(13, 0), "unknown type 13"),
        new Case("text value", field(8, huge), "text of"),
        new Case("truncated value", field(12), "truncated"),
        new Case("list", new Header(0, 1).text("k").i32(9).i32(0).i64(huge).with(9), "length of"),
        new Case("nested lists", field(9, 9 | 1L << 32, 9L << 32, 1, 9L << 32, 1), "nested"),
        new Case(
            "same field",
            new Header(0, 2).text("k").i32(4).i32(1).text("k").i32(4).i32(1).bytes(),
            "two fields"),
        new Case(
            "alignment 0",
            new Header(0, 1).text("general.alignment").i32(4).i32(0).bytes(),
            "power of two"),
        new Case(
            "alignment 48",
            new Header(0, 1).text("general.alignment").i32(4).i32(48).bytes(),
            "power of two"),
        new Case("truncated tensor", Arrays.copyOf(good, 40), "left"),
        new Case("truncated data", Arrays.copyOf(good, good.length - 1), "leaves the file"),
        new Case("5 axes", one(0, 0, 1, 1, 1, 1, 1), "5 axes"),
        new Case("minus axes", new Header(1, 0).text("x").i32(-1).with(64), "-1 axes"),
        new Case("negative size", one(0, 0, -16), "negative size"),
        new Case("overflow", one(0, 0, huge, 4), "cannot have shape"),
        new Case("overflow in bytes", one(28, 0, huge), "cannot have shape"),
        new Case("hidden overflow", one(0, 0, huge, 4, 0), "cannot have shape"),
        new Case("cut block", one(8, 0, 33), "cut a block"),
        new Case("type", one(13, 0, 256), "type number 13"),
        new Case("type -1", one(-1, 0, 16), "type number -1"),
        new Case("unaligned", one(0, 4, 8), "multiple of 32"),
        new Case("negative offset", one(0, -32, 8), "multiple of 32"),
        new Case("offset beyond", one(0, 1 << 20, 8), "multiple of 32"),
        new Case("tensor beyond", one(0, 32, 16), "leaves the file"),
        new Case(
            "overlap",
            new Header(2, 0).tensor("x", 0, 0, 16).tensor("y", 0, 32, 8).with(64),
            "overlaps"),
        new Case(
            "same name",
            new Header(2, 0).tensor("x", 0, 0, 8).tensor("x", 0, 32, 8).with(64),
            "two tensors"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWithFileAndOffset(Case broken) throws IOException {
    Refusals.check(new GgufFormat(), folder, broken);
  }
}
