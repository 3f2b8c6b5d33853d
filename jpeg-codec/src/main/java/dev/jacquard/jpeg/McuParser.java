package dev.jacquard.jpeg;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Follows the entropy-coded data of one MCU byte by byte: which bytes can stand where, and where
/// in the MCU the next bit belongs.
///
/// For data whose restart interval is one MCU, so that MCUs are byte-aligned and independent of
/// each other. Decodes symbols as T.81 F.2.2 does, but keeps no coefficients. Accepts a byte if a
/// whole MCU can still come of it, one that a strict [JpegDecoder] decodes. Not safe for use by
/// several threads.
public final class McuParser {
  /// Coefficients of a block.
  public static final int COEFFICIENTS = 64;

  /// An upper bound of [#pendingBits()]: a code of 16 bits and all but one of 11 further ones.
  public static final int MAX_PENDING_BITS = 26;

  /// Bits that [#state()] may use.
  public static final int STATE_BITS = 41;

  private static final Map<HuffmanTables, List<HuffmanPrefixes>> DC = prefixes(true);
  private static final Map<HuffmanTables, List<HuffmanPrefixes>> AC = prefixes(false);

  private final List<HuffmanPrefixes> dc; // luminance, chrominance
  private final List<HuffmanPrefixes> ac;
  private final int luminanceBlocks;
  private final int blocks;
  private int block;
  private int coefficient;
  private long bits; // the last `pending` of them are not decoded yet
  private int pending;
  private boolean stuffing; // the last byte was FF, so 00 must follow
  private boolean broken;

  /// Starts before the first byte of an MCU.
  ///
  /// @param components 1 for grey, 3 for colour
  /// @param sampling of chrominance; without meaning if grey
  /// @param tables that the data is coded with
  public McuParser(int components, Sampling sampling, HuffmanTables tables) {
    dc = Objects.requireNonNull(DC.get(tables));
    ac = Objects.requireNonNull(AC.get(tables));
    luminanceBlocks = components == 1 ? 1 : sampling.horizontal() * sampling.vertical();
    blocks = luminanceBlocks + components - 1;
  }

  private static Map<HuffmanTables, List<HuffmanPrefixes>> prefixes(boolean isDc) {
    Map<HuffmanTables, List<HuffmanPrefixes>> prefixes = new EnumMap<>(HuffmanTables.class);
    for (HuffmanTables tables : HuffmanTables.values()) {
      HuffmanPrefixes luminance = new HuffmanPrefixes(tables, isDc, 0);
      HuffmanPrefixes chrominance = new HuffmanPrefixes(tables, isDc, 1);
      prefixes.put(tables, List.of(luminance, chrominance));
    }
    return prefixes;
  }

  /// Returns to the start of an MCU.
  public void restart() {
    block = 0;
    coefficient = 0;
    bits = 0;
    pending = 0;
    stuffing = false;
    broken = false;
  }

  /// Takes over where another parser of the same format stands.
  ///
  /// @param other left as it is
  public void copyFrom(McuParser other) {
    block = other.block;
    coefficient = other.coefficient;
    bits = other.bits;
    pending = other.pending;
    stuffing = other.stuffing;
    broken = other.broken;
  }

  /// Number of blocks in an MCU.
  ///
  /// @return 1 for grey; else blocks of luminance, and two of chrominance
  public int blocks() {
    return blocks;
  }

  /// Block that the next bit belongs to.
  ///
  /// @return from 0; [#blocks()] once all have been read
  public int block() {
    return block;
  }

  /// Coefficient that the next symbol describes, or starts its run of zeros at.
  ///
  /// @return 0 (DC) to 63, in zigzag order
  public int coefficient() {
    return coefficient;
  }

  /// Number of bits read that make no whole symbol yet.
  ///
  /// @return 0 to [#MAX_PENDING_BITS]
  public int pendingBits() {
    return pending;
  }

  /// Whether the MCU is whole; a marker must follow.
  ///
  /// @return true if complete and not broken
  public boolean isComplete() {
    return block == blocks && !stuffing && !broken;
  }

  /// Whether some byte could not stand where it stood.
  ///
  /// @return true from that byte until [#restart()]
  public boolean isBroken() {
    return broken;
  }

  /// Bytes of a short way to complete the MCU: the pending symbol is finished, and what is left of
  /// its block and of further blocks is zero.
  ///
  /// @return 0 if complete; at most two bytes off the shortest way
  public int bytesToComplete() {
    int left = 0;
    if (block < blocks) {
      left = codes().finish(bits, pending) - pending;
      for (int b = block + 1; b < blocks; b++) {
        left += dc.get(b < luminanceBlocks ? 0 : 1).finish(0, 0);
      }
    }
    return Math.ceilDiv(left, 8) + (stuffing ? 1 : 0);
  }

  private HuffmanPrefixes codes() {
    return (coefficient == 0 ? dc : ac).get(block < luminanceBlocks ? 0 : 1);
  }

  /// All that decides what can follow, as one number: two unbroken parsers of one format with equal
  /// states accept the same bytes.
  ///
  /// @return a number of [#STATE_BITS] bits
  public long state() {
    long state = block;
    state = state << 6 | coefficient;
    state = state << 5 | pending;
    state = state << 1 | (stuffing ? 1 : 0);
    return state << MAX_PENDING_BITS | (bits & lowBits(pending));
  }

  /// Reads a byte of entropy-coded data, stuffed zeros included.
  ///
  /// @param value 0..255; not a byte of a marker
  /// @return whether it can stand here; if not, the MCU is broken
  public boolean accept(int value) {
    if (stuffing) {
      stuffing = false;
      broken |= value != 0;
    } else if (block == blocks) {
      broken = true;
    } else if (!broken) {
      stuffing = value == 0xFF;
      bits = (bits << 8) | value;
      pending += 8;
      readSymbols();
    }
    return !broken;
  }

  private void readSymbols() {
    while (block < blocks && !broken && readSymbol()) {
      if (coefficient == COEFFICIENTS) {
        coefficient = 0;
        block++;
      }
    }
    if (block == blocks) { // what fills up the last byte must be ones
      broken |= (bits & lowBits(pending)) != lowBits(pending);
      pending = 0;
    }
  }

  /// Takes a code and the bits that belong to it, if all are there. Broken as soon as no code that
  /// starts with the pending bits fits into the block.
  private boolean readSymbol() {
    boolean isDc = coefficient == 0;
    HuffmanPrefixes codes = codes();
    broken = codes.advance(bits, pending) > COEFFICIENTS - coefficient;
    int entry = codes.find(bits, pending);
    if (broken || entry == HuffmanPrefixes.NONE) {
      return false;
    }
    int symbol = entry & 0xFF;
    int length = (entry >> 8) + (symbol & 15);
    if (length > pending) {
      return false;
    }
    pending -= length;
    boolean endOfBlock = !isDc && symbol == HuffmanPrefixes.END_OF_BLOCK;
    coefficient += endOfBlock ? COEFFICIENTS - coefficient : HuffmanPrefixes.advance(symbol, isDc);
    return true;
  }

  private static long lowBits(int n) {
    return (1L << n) - 1;
  }
}
