package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads protobuf's wire format: fields with a number and a type, one after the other.
///
/// ```java
/// while (reader.next()) {
///   switch (reader.field()) {
///     case 1 -> name = reader.text();
///     default -> {} // what is not read is skipped
///   }
/// }
/// ```
final class WireReader {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;
  private static final int MAX_VARINT_BYTES = 10;

  private final Path file;
  private final ByteBuffer in;
  private int field;
  private int type;
  private long number; // of a varint or a fixed field
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  WireReader(Path file, ByteBuffer in) {
    this.file = file;
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Goes to the next field.
  ///
  /// @return false at the end
  boolean next() throws TokenizerException {
    if (!in.hasRemaining()) {
      return false;
    }
    long key = varint();
    field = (int) (key >>> 3);
    type = (int) (key & 7);
    if (field < 1 || key >>> 3 > 0x1fffffff) {
      throw problem("no protobuf: field number " + (key >>> 3));
    }
    switch (type) {
      case VARINT -> number = varint();
      case FIXED_64 -> number = require(Long.BYTES).getLong();
      case FIXED_32 -> number = require(Integer.BYTES).getInt();
      case BYTES -> {
        long length = varint();
        require(length);
        bytes = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
      }
      default -> throw problem("no protobuf: wire type " + type);
    }
    return true;
  }

  int field() {
    return field;
  }

  int integer() throws TokenizerException {
    requireType(VARINT);
    return (int) number;
  }

  boolean flag() throws TokenizerException {
    requireType(VARINT);
    return number != 0;
  }

  float real() throws TokenizerException {
    requireType(FIXED_32);
    return Float.intBitsToFloat((int) number);
  }

  String text() throws TokenizerException {
    requireType(BYTES);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw problem("a text is not UTF-8");
    }
  }

  /// A message within this one.
  WireReader message() throws TokenizerException {
    requireType(BYTES);
    return new WireReader(file, bytes.duplicate());
  }

  ByteBuffer bytes() throws TokenizerException {
    requireType(BYTES);
    return bytes.duplicate();
  }

  private long varint() throws TokenizerException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      byte b = require(1).get();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw problem("no protobuf: a number of more than ten bytes");
  }

  private ByteBuffer require(long count) throws TokenizerException {
    if (count < 0 || count > in.remaining()) {
      throw problem(
          "truncated protobuf: need %s bytes; %d are left"
              .formatted(Long.toUnsignedString(count), in.remaining()));
    }
    return in;
  }

  private void requireType(int wanted) throws TokenizerException {
    if (type != wanted) {
      throw problem("field %d has wire type %d; need %d".formatted(field, type, wanted));
    }
  }

  /// What is wrong, with the place in the current message.
  TokenizerException problem(String problem) {
    return new TokenizerException(file, problem + " at byte " + in.position() + " of its message");
  }
}
