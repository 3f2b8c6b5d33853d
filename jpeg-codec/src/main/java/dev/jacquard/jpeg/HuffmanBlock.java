package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;
import java.util.Arrays;

/// Huffman decoding of a whole block in sequential processes (T.81 F.2.2.1, F.2.2.2), fast: bits
/// are kept in local variables and refilled eight bytes at a time, and one look-up gives run and
/// value, mostly of two coefficients ([SymbolPairs]).
///
/// What is not as usual, the end of a segment or a violation, is left to [HuffmanDc] and
/// [HuffmanAc], which define the result: the block is then decoded again from its start.
final class HuffmanBlock implements BlockDecoder {
  /// Bytes in which the longest block ends, each followed by a stuffed one: 64 codes of 16 bits
  /// with values of up to 15 bits, and a word that is read ahead.
  private static final int ROOM = 2 * (64 * (16 + 15) / 8 + 8);

  /// The least number of bits that are there before a code and its value are read.
  private static final int ENOUGH = 32;

  private final BitReader in;
  private final HuffmanLookup dcTable;
  private final SymbolPairs acPairs;
  private final HuffmanDc dc;
  private final HuffmanAc ac;

  /// A decoder for one component.
  ///
  /// @param dc decodes from `in` with the same table as `dcTable`
  /// @param ac decodes from `in` with the same table as `acPairs`
  HuffmanBlock(
      BitReader in, HuffmanLookup dcTable, SymbolPairs acPairs, HuffmanDc dc, HuffmanAc ac) {
    this.in = in;
    this.dcTable = dcTable;
    this.acPairs = acPairs;
    this.dc = dc;
    this.ac = ac;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    in.readAhead();
    if (in.bits() < ENOUGH || in.bytes().left() < ROOM || !decodeFast(values, at)) {
      dc.decode(values, at);
      ac.decode(values, at);
    }
  }

  @Override
  public void restart() {
    dc.restart();
  }

  @Override
  public void save() {
    dc.save();
  }

  @Override
  public void restore() {
    dc.restore();
  }

  /// Decodes a block if nothing is unusual.
  ///
  /// @return whether it did; else nothing has changed
  private boolean decodeFast(short[] values, int at) {
    long buffer = in.buffer();
    int entry = dcTable.whole(buffer);
    if (entry == HuffmanLookup.TROUBLE) {
      return false;
    }
    int length = entry & HuffmanLookup.LENGTH;
    int prediction = dc.prediction() + (entry >> 16);
    if (!decodeAc(values, at, buffer << length, in.bits() - length)) {
      Arrays.fill(values, at, at + 64, (short) 0);
      return false;
    }
    values[at] = (short) prediction;
    dc.predict(prediction);
    return true;
  }

  /// Decodes the other coefficients.
  ///
  /// @param firstBits what follows the DC coefficient
  /// @param count how many of them count
  private boolean decodeAc(short[] values, int at, long firstBits, int count) {
    /* A turn refills the bits, to 56 at least unless X'FF' is near, and looks up twice: most of the
     * time that is four symbols. What a look-up does not know is decoded alone. Branches that depend
     * on the bits cost more than what they could save, so there are few. */
    EntropyBytes bytes = in.bytes();
    byte[] data = bytes.data();
    HuffmanLookup symbols = acPairs.symbols();
    int position = bytes.position();
    long buffer = firstBits;
    int bits = count;
    int k = 0; // the last coefficient decoded
    int end; // whether the last symbol was the end of the block
    do {
      long word = EntropyBytes.word(data, position);
      if (!EntropyBytes.hasMarkerByte(word)) {
        buffer |= word >>> bits; // bits beyond the last whole byte come again with the next word
        position += (63 - bits) >> 3;
        bits |= 56;
      } else if (bits < ENOUGH) {
        for (; bits <= 56; bits += 8, position++) {
          long value = data[position] & 0xFF;
          if (value == 0xFF && data[++position] != 0) {
            return false; // a marker
          }
          buffer |= value << (56 - bits);
        }
      }
      int entry = acPairs.entry(buffer);
      int first = k + SymbolPairs.firstStep(entry);
      if (entry == SymbolPairs.NONE || first >= 63) { // a symbol alone
        entry = symbols.whole(buffer);
        if (entry == HuffmanLookup.TROUBLE) {
          return false;
        }
        k += HuffmanLookup.step(entry);
        values[at + ZigZag.naturalOrLast(k)] = (short) (entry >> 16);
        end = HuffmanLookup.step(entry) & HuffmanLookup.END;
        buffer <<= entry & HuffmanLookup.LENGTH;
        bits -= entry & HuffmanLookup.LENGTH;
        continue;
      }
      int turn = 0;
      do {
        k = first + SymbolPairs.secondStep(entry);
        values[at + ZigZag.naturalOrLast(k)] = SymbolPairs.secondValue(entry);
        values[at + ZigZag.naturalOrLast(first)] = SymbolPairs.firstValue(entry);
        end = SymbolPairs.end(entry);
        k |= end;
        buffer <<= SymbolPairs.length(entry);
        bits -= SymbolPairs.length(entry);
        entry = acPairs.entry(buffer);
        first = k + SymbolPairs.firstStep(entry);
        turn++;
      } while (turn < 2 && entry != SymbolPairs.NONE && first < 63);
    } while (k < 63);
    if (k > 63 && end == 0) {
      return false; // a run past the end of the block
    }
    bytes.moveTo(position);
    in.set(buffer, bits);
    return true;
  }
}
