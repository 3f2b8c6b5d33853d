package dev.jacquard.models.tokenizer;

import it.unimi.dsi.fastutil.bytes.ByteArrayList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Byte-pair encoding over bytes: the 259 ids of [ByteTokenizer], then one id for each merge.
///
/// Merge r joins two neighbouring ids into id `259 + r`. Encoding applies the merges in order, each
/// from left to right over the whole string. JPEG-LM has 320 ids, hence 61 merges, which mostly
/// stand for a restart marker and what is usual around it.
///
/// Sennrich, Haddow & Birch 2016 (arXiv:1508.07909), algorithm 1; over the bytes of JPEG files: Han
/// et al. 2024 (arXiv:2408.08459), section 3. Differs: trained here by [BytePairTrainer], not by
/// sentencepiece.
public final class BytePairTokenizer implements ByteStreamTokenizer {
  /// The id of the first merge.
  static final int FIRST_MERGE = FIRST_BYTE + 256;

  /* Since a merge makes an id that no earlier merge mentions, running the merges one after the other
  over the whole string gives the same result as the usual "apply the best-ranked pair, repeat". It
  takes `merges · length` steps without any table look-up, which for 61 merges is fast enough. */

  private final int[] left; // of each merge
  private final int[] right;
  private final List<byte[]> spellings; // of each id; none for the specials

  /// Makes a tokenizer from its merges.
  ///
  /// @param left `[M]`, the first id of each merge, below `259 + r`
  /// @param right `[M]`, the second id of each merge
  /// @throws IllegalArgumentException if a merge mentions a special or an id not yet defined
  BytePairTokenizer(int[] left, int[] right) {
    this.left = left.clone();
    this.right = right.clone();
    spellings = new ArrayList<>();
    for (int id = 0; id < FIRST_MERGE; id++) {
      spellings.add(id < FIRST_BYTE ? new byte[0] : new byte[] {(byte) (id - FIRST_BYTE)});
    }
    for (int r = 0; r < left.length; r++) {
      byte[] first = spelling(left[r]);
      byte[] second = spelling(right[r]);
      if (first.length == 0 || second.length == 0) {
        throw new IllegalArgumentException("bpe: merge %d joins a special".formatted(r));
      }
      byte[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      spellings.add(both);
    }
  }

  /// Learns merges from byte strings; the same strings always give the same merges.
  ///
  /// @param streams what to learn from
  /// @param vocabSize ids wanted, 259 or more; fewer come out if no pair occurs twice any more
  /// @return a tokenizer
  /// @throws IllegalArgumentException if `vocabSize` is below 259
  public static BytePairTokenizer train(List<byte[]> streams, int vocabSize) {
    if (vocabSize < FIRST_MERGE) {
      throw new IllegalArgumentException(
          "bpe: vocabulary too small; %d ids; need at least %d".formatted(vocabSize, FIRST_MERGE));
    }
    return new BytePairTrainer(streams).train(vocabSize - FIRST_MERGE);
  }

  /// Reads a `tokenizer.json` as [#save] writes it.
  ///
  /// @param file the file
  /// @return the tokenizer
  /// @throws TokenizerException if the file is damaged or describes another kind of tokenizer
  /// @throws IOException if it cannot be read
  public static BytePairTokenizer load(Path file) throws IOException {
    return TokenizerJson.read(file);
  }

  /// Writes a `tokenizer.json` in the form of Hugging Face: a `BPE` model whose characters are the
  /// Braille characters U+2800 + byte.
  ///
  /// @param file the file; replaced only once the new one is complete
  /// @throws IOException if it cannot be written
  public void save(Path file) throws IOException {
    TokenizerJson.write(this, file);
  }

  @Override
  public int vocabSize() {
    return spellings.size();
  }

  /// The bytes that an id stands for.
  ///
  /// @param id 0 to `vocabSize() - 1`
  /// @return a copy of the bytes; none for a special
  public byte[] bytesOf(int id) {
    return spelling(id).clone();
  }

  private byte[] spelling(int id) {
    if (id < 0 || id >= spellings.size()) {
      throw new IllegalArgumentException(
          "decode: no such id; %d; need 0 to %d".formatted(id, spellings.size() - 1));
    }
    return spellings.get(id);
  }

  int mergeCount() {
    return left.length;
  }

  int left(int merge) {
    return left[merge];
  }

  int right(int merge) {
    return right[merge];
  }

  @Override
  public int[] encode(byte[] bytes) {
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = FIRST_BYTE + (bytes[i] & 0xFF);
    }
    int n = ids.length;
    for (int r = 0; r < left.length; r++) {
      n = merge(ids, n, left[r], right[r], FIRST_MERGE + r);
    }
    return Arrays.copyOf(ids, n);
  }

  /// Replaces each pair by one id, in place, from left to right.
  ///
  /// @return the new length
  static int merge(int[] ids, int n, int left, int right, int merged) {
    int to = 0;
    for (int i = 0; i < n; i++, to++) {
      if (ids[i] == left && i + 1 < n && ids[i + 1] == right) {
        ids[to] = merged;
        i++;
      } else {
        ids[to] = ids[i];
      }
    }
    return to;
  }

  @Override
  public byte[] decode(int[] ids) {
    ByteArrayList bytes = new ByteArrayList(2 * ids.length);
    for (int id : ids) {
      byte[] spelling = spelling(id);
      bytes.addElements(bytes.size(), spelling);
    }
    return bytes.toByteArray();
  }
}
