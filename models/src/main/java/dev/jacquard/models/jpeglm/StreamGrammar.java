package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.McuParser;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.stream.IntStream;

/// Which tokens can follow which: the language of the streams of one format.
///
/// A sequence is `<s>`, the header if the stream has one, MCUs with restart markers between them,
/// EOI and `</s>`. What it accepts is exactly what [JpegValidity] calls complete.
///
/// Not safe for use by several threads.
final class StreamGrammar {
  private static final int FF = 0xFF;
  private static final int RST0 = 0xD0;
  private static final int EOI = 0xD9;
  private static final int MOST_STATES = 1 << 17; // remembered; some 60 MB at 320 tokens

  private final StreamFormat format;
  private final byte[] header;
  private final byte[][] bytesOfToken;
  private final Long2ObjectOpenHashMap<long[]> allowed = new Long2ObjectOpenHashMap<>();
  private final Cursor probe;
  private final int bytesOfPlainMcu;

  StreamGrammar(JpegStream streams, ByteStreamTokenizer tokens) {
    format = streams.format();
    header = streams.header();
    bytesOfToken =
        IntStream.range(0, tokens.vocabSize())
            .mapToObj(id -> tokens.decode(new int[] {id}))
            .toArray(byte[][]::new);
    probe = new Cursor();
    bytesOfPlainMcu = probe.mcu.bytesToComplete();
  }

  /// A reader at the start of a sequence, before `<s>`.
  Cursor start() {
    return new Cursor();
  }

  int vocabSize() {
    return bytesOfToken.length;
  }

  /// Number of blocks in an MCU.
  int blocks() {
    return probe.mcu.blocks();
  }

  /// The tokens that can follow, as bits: token `v` is bit `v % 64` of word `v / 64`.
  ///
  /// @return not to be changed
  long[] allowed(Cursor cursor) {
    long[] tokens = allowed.get(cursor.state());
    if (tokens == null) {
      tokens = new long[(bytesOfToken.length + 63) / 64];
      for (int v = 0; v < bytesOfToken.length; v++) {
        probe.copyFrom(cursor);
        if (probe.accept(v)) {
          tokens[v / 64] |= 1L << v;
        }
      }
      if (allowed.size() < MOST_STATES) {
        allowed.put(cursor.state(), tokens);
      }
    }
    return tokens;
  }

  private enum Part {
    START(0),
    HEADER(1),
    MCU(2),
    MARKER_CODE(3),
    AFTER_EOI(4),
    END(5);

    private final int code;

    Part(int code) {
      this.code = code;
    }
  }

  /// A place in a sequence.
  final class Cursor {
    private final McuParser mcu =
        new McuParser(format.components(), format.sampling(), format.tables());
    private Part part = Part.START;
    private int index; // of the header's byte, or of the MCU
    private boolean broken;

    private Cursor() {}

    McuParser mcu() {
      return mcu;
    }

    /// Whether the next token belongs to an MCU, or to the marker after it.
    boolean inData() {
      return part == Part.MCU || part == Part.MARKER_CODE;
    }

    boolean isBroken() {
      return broken;
    }

    void copyFrom(Cursor other) {
      mcu.copyFrom(other.mcu);
      part = other.part;
      index = other.index;
      broken = other.broken;
    }

    /// Bytes of a short way to the end of the file, and one for `</s>`: all that is to come of one
    /// colour. Not broken.
    int bytesToEnd() {
      int mcusAfter = format.mcuCount() - 1 - index; // this one
      return switch (part) {
        case START -> 1 + header.length + format.mcuCount() * (bytesOfPlainMcu + 2) + 1;
        case HEADER -> header.length - index + format.mcuCount() * (bytesOfPlainMcu + 2) + 1;
        case MCU -> mcu.bytesToComplete() + 2 + mcusAfter * (bytesOfPlainMcu + 2) + 1;
        case MARKER_CODE -> 1 + mcusAfter * (bytesOfPlainMcu + 2) + 1;
        case AFTER_EOI -> 1;
        case END -> 0;
      };
    }

    /// What decides the tokens that can follow; of the MCUs to come only the next 63 count.
    private long state() {
      int left = Math.min(format.mcuCount() - 1 - index, 63);
      long place = part == Part.HEADER ? index : left << 3 | index % 8;
      return (place << 3 | part.code) << McuParser.STATE_BITS | mcu.state();
    }

    /// Reads a token; `<s>` starts anew.
    ///
    /// @return whether it can stand here; if not, the sequence is broken until the next `<s>`
    boolean accept(int token) {
      if (token == ByteStreamTokenizer.BEGIN) {
        broken = part != Part.START && part != Part.END;
        begin();
      } else if (token == ByteStreamTokenizer.END) {
        broken |= part != Part.AFTER_EOI;
        part = Part.END;
      } else {
        byte[] bytes = bytesOfToken[token];
        broken |= bytes.length == 0; // <unk>
        for (int i = 0; i < bytes.length && !broken; i++) {
          broken = !acceptByte(bytes[i] & 0xFF);
        }
      }
      return !broken;
    }

    private void begin() {
      index = 0;
      part = header.length == 0 ? Part.MCU : Part.HEADER;
      mcu.restart();
    }

    private boolean acceptByte(int value) {
      return switch (part) {
        case HEADER -> acceptHeader(value);
        case MCU -> mcu.isComplete() ? acceptMarkerStart(value) : mcu.accept(value);
        case MARKER_CODE -> acceptMarkerCode(value);
        case START, AFTER_EOI, END -> false;
      };
    }

    private boolean acceptHeader(int value) {
      boolean fits = value == (header[index++] & 0xFF);
      if (index == header.length) {
        index = 0;
        part = Part.MCU;
      }
      return fits;
    }

    private boolean acceptMarkerStart(int value) {
      part = Part.MARKER_CODE;
      return value == FF;
    }

    private boolean acceptMarkerCode(int value) {
      mcu.restart();
      if (index == format.mcuCount() - 1) {
        part = Part.AFTER_EOI;
        return value == EOI;
      }
      part = Part.MCU;
      return value == RST0 + index++ % 8;
    }
  }
}
