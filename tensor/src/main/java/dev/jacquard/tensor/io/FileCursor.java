package dev.jacquard.tensor.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads numbers and texts of a part of a file, one after the other, little-endian. Whatever would
/// leave the part is refused with its place, before anything is allocated.
public final class FileCursor {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  private final MappedFile file;
  private final MemorySegment bytes;
  private final long base;
  private long position;

  /// A cursor at the start of a file.
  ///
  /// @param file the file
  public FileCursor(MappedFile file) {
    this(file, file.bytes(), 0);
  }

  /// A cursor at the start of a part of a file.
  ///
  /// @param file the file, for messages
  /// @param bytes the part, perhaps unpacked
  /// @param base where it lies in the file
  public FileCursor(MappedFile file, MemorySegment bytes, long base) {
    this.file = file;
    this.bytes = bytes;
    this.base = base;
  }

  /// Place of the next byte in the part.
  ///
  /// @return from 0
  public long position() {
    return position;
  }

  /// Goes elsewhere in the part.
  ///
  /// @param to from 0
  /// @throws CheckpointException if that is outside
  public void seek(long to) throws CheckpointException {
    if (to < 0 || to > bytes.byteSize()) {
      throw problem("truncated, or points outside; byte %d of %d".formatted(to, bytes.byteSize()));
    }
    position = to;
  }

  /// Number of bytes that are left.
  ///
  /// @return `>= 0`
  public long remaining() {
    return bytes.byteSize() - position;
  }

  /// The next byte.
  ///
  /// @return 0 to 255
  /// @throws CheckpointException if nothing is left
  public int u8() throws CheckpointException {
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xff;
  }

  /// The next 2 bytes.
  ///
  /// @return 0 to 65535
  /// @throws CheckpointException if they are not left
  public int u16() throws CheckpointException {
    return bytes.get(SHORT, advance(Short.BYTES)) & 0xffff;
  }

  /// The next 4 bytes, signed.
  ///
  /// @return the number
  /// @throws CheckpointException if they are not left
  public int i32() throws CheckpointException {
    return bytes.get(INT, advance(Integer.BYTES));
  }

  /// The next 4 bytes, unsigned.
  ///
  /// @return 0 to 2^32 - 1
  /// @throws CheckpointException if they are not left
  public long u32() throws CheckpointException {
    return Integer.toUnsignedLong(i32());
  }

  /// The next 8 bytes, signed.
  ///
  /// @return the number
  /// @throws CheckpointException if they are not left
  public long i64() throws CheckpointException {
    return bytes.get(LONG, advance(Long.BYTES));
  }

  /// The next 4 bytes as f32.
  ///
  /// @return the number
  /// @throws CheckpointException if they are not left
  public float f32() throws CheckpointException {
    return bytes.get(FLOAT, advance(Float.BYTES));
  }

  /// The next 8 bytes as f64.
  ///
  /// @return the number
  /// @throws CheckpointException if they are not left
  public double f64() throws CheckpointException {
    return bytes.get(DOUBLE, advance(Double.BYTES));
  }

  /// A count of things that follow.
  ///
  /// @param what what is counted, for the message
  /// @param value the count, perhaps absurd
  /// @param bytesEach how many bytes each of them takes at least
  /// @return the count
  /// @throws CheckpointException if it is negative or there are not as many bytes
  public int count(String what, long value, int bytesEach) throws CheckpointException {
    if (value < 0 || value > remaining() / bytesEach || value > Integer.MAX_VALUE - 8) {
      throw problem(
          "%s cannot be; %s; %d bytes are left"
              .formatted(what, Long.toUnsignedString(value), remaining()));
    }
    return (int) value;
  }

  /// The next bytes.
  ///
  /// @param length how many
  /// @return a view
  /// @throws CheckpointException if they are not left
  public MemorySegment slice(long length) throws CheckpointException {
    return bytes.asSlice(advance(length), length);
  }

  /// The next bytes.
  ///
  /// @param length how many
  /// @return a copy
  /// @throws CheckpointException if they are not left
  public byte[] array(long length) throws CheckpointException {
    return slice(count("a length", length, 1)).toArray(ValueLayout.JAVA_BYTE);
  }

  /// The next bytes as a text in UTF-8.
  ///
  /// @param length how many bytes
  /// @return the text
  /// @throws CheckpointException if they are not left, or not UTF-8
  public String text(long length) throws CheckpointException {
    byte[] utf8 = array(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw problemAt("a text is not UTF-8; %d bytes".formatted(length), position - length);
    }
  }

  /// The exception that says what is wrong here.
  ///
  /// @param problem what is wrong; the values seen; what would be right
  /// @return to be thrown
  public CheckpointException problem(String problem) {
    return problemAt(problem, position);
  }

  /// The exception that says what is wrong at another place.
  ///
  /// @param problem what is wrong; the values seen; what would be right
  /// @param at place in the part
  /// @return to be thrown
  public CheckpointException problemAt(String problem, long at) {
    return file.problem(problem, Math.min(base + at, file.size()));
  }

  private long advance(long count) throws CheckpointException {
    if (count < 0 || count > remaining()) {
      throw problem("truncated; need %d more bytes; %d are left".formatted(count, remaining()));
    }
    long at = position;
    position += count;
    return at;
  }
}
