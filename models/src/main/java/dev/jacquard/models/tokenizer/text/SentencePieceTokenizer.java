package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import dev.jacquard.models.tokenizer.text.NormalizationTable.Match;
import dev.jacquard.models.tokenizer.text.SentencePieceModel.Algorithm;
import dev.jacquard.models.tokenizer.text.SentencePieceModel.Piece;
import dev.jacquard.models.tokenizer.text.SentencePieceModel.PieceType;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// SentencePiece's tokenizer: byte-pair encoding or unigram over characters, spaces included.
///
/// ```java
/// SentencePieceTokenizer tokenizer = SentencePieceTokenizer.load(Path.of("tokenizer.model"));
/// int[] ids = tokenizer.encode("Hello world");
/// ```
///
/// A space is the piece U+2581; one is put before each text if the model says so. Characters that
/// no piece covers become bytes, if the model has them, or else the unknown piece. What the model
/// normalises first (`nmt_nfkc` and the like) is replaced as its [NormalizationTable] says.
///
/// Kudo & Richardson 2018 (arXiv:1808.06226).
public final class SentencePieceTokenizer implements TextTokenizer {
  private static final String SPACE = "\u2581";
  private static final String UNKNOWN_TEXT = " \u2047 ";

  private final SentencePieceModel model;
  private final List<Piece> pieces;
  private final PieceTable table;
  private final UserSymbols userSymbols;
  private final UnigramSearch unigram;
  private final int[] ranks; // of each piece by score, 0 is the best
  private final int[] byteIds = new int[256];
  private final int unknown;
  private final Object2IntOpenHashMap<String> ids = new Object2IntOpenHashMap<>();

  private SentencePieceTokenizer(SentencePieceModel model) {
    this.model = model;
    pieces = model.pieces();
    table = new PieceTable(pieces);
    userSymbols =
        new UserSymbols(
            pieces.stream()
                .filter(p -> p.type() == PieceType.USER_DEFINED)
                .map(Piece::text)
                .toList());
    ids.defaultReturnValue(-1);
    int unknownId = 0;
    float smallest = Float.MAX_VALUE;
    float largest = -Float.MAX_VALUE;
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      ids.put(piece.text(), id);
      switch (piece.type()) {
        case UNKNOWN -> unknownId = id;
        case BYTE -> byteIds[byteOf(piece)] = id;
        case NORMAL -> {
          smallest = Math.min(smallest, piece.score());
          largest = Math.max(largest, piece.score());
        }
        case CONTROL, USER_DEFINED, UNUSED -> {} // not for scores
      }
    }
    unknown = unknownId;
    unigram = new UnigramSearch(table, smallest, largest);
    ranks = ranks(pieces);
  }

  private static int[] ranks(List<Piece> pieces) {
    Integer[] order = new Integer[pieces.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(id -> -pieces.get(id).score()));
    int[] ranks = new int[order.length];
    for (int i = 1; i < order.length; i++) {
      boolean isTie = pieces.get(order[i]).score() == pieces.get(order[i - 1]).score();
      ranks[order[i]] = isTie ? ranks[order[i - 1]] : i;
    }
    return ranks;
  }

  /// Reads a `.model` file.
  ///
  /// @param file the file
  /// @return the tokenizer
  /// @throws TokenizerException if it is malformed or of a kind that is not supported
  /// @throws IOException if it cannot be read
  public static SentencePieceTokenizer load(Path file) throws IOException {
    return new SentencePieceTokenizer(SentencePieceModel.read(file));
  }

  @Override
  public int vocabSize() {
    return pieces.size();
  }

  @Override
  public String token(int id) {
    return piece(id).text();
  }

  @Override
  public int id(String token) {
    return ids.getInt(token);
  }

  private Piece piece(int id) {
    if (id < 0 || id >= pieces.size()) {
      throw new IllegalArgumentException(
          "decode: no such id; %d; need 0 to %d".formatted(id, pieces.size() - 1));
    }
    return pieces.get(id);
  }

  // ---- encoding ----

  @Override
  public int[] encode(String text) {
    String prepared = prepare(Utf8.wellFormed(text));
    IntArrayList out = new IntArrayList();
    PairMerger.Output output = (id, from, to) -> emit(out, id, prepared, from, to);
    if (model.kind() == Algorithm.UNIGRAM) {
      unigram.run(prepared, output);
    } else {
      mergePairs(prepared, output);
    }
    return out.toIntArray();
  }

  /// Normalises a text, and removes and escapes spaces, as the model says.
  private String prepare(String text) {
    String space = model.escapeWhitespaces() ? SPACE : " ";
    StringBuilder out = new StringBuilder();
    boolean isEmpty = true;
    boolean afterSpace = model.removeExtraWhitespaces();
    for (int at = 0; at < text.length(); ) {
      Match next = normalAt(text, at);
      String part = next.replacement();
      while (afterSpace && part.startsWith(" ")) {
        part = part.substring(1);
      }
      if (isEmpty && !(model.removeExtraWhitespaces() && next.replacement().equals(" "))) {
        isEmpty = false;
        if (model.addDummyPrefix() && !model.whitespaceAsSuffix()) {
          out.append(space);
        }
      }
      if (!part.isEmpty()) {
        out.append(part.replace(" ", space));
        afterSpace = model.removeExtraWhitespaces() && part.endsWith(" ");
      }
      at = next.end();
    }
    while (model.removeExtraWhitespaces() && endsWith(out, space)) {
      out.setLength(out.length() - space.length());
    }
    if (!isEmpty && model.addDummyPrefix() && model.whitespaceAsSuffix()) {
      out.append(space);
    }
    return out.toString();
  }

  /// A user-defined symbol, what the model normalises, or a character, and its usual form.
  private Match normalAt(String text, int at) {
    int symbol = userSymbols.lengthAt(text, at);
    Match match =
        symbol > 0 || model.normalization() == null
            ? null
            : model.normalization().longestAt(text, at);
    if (match != null) {
      return match;
    }
    int to = at + (symbol > 0 ? symbol : Character.charCount(text.codePointAt(at)));
    return new Match(text.substring(at, to), to);
  }

  private static boolean endsWith(StringBuilder text, String end) {
    return text.length() >= end.length() && text.indexOf(end, text.length() - end.length()) >= 0;
  }

  private void mergePairs(String text, PairMerger.Output output) {
    PairMerger merger =
        new PairMerger(
            (left, right, from, to) -> {
              boolean isWhole = isUserDefined(left) || isUserDefined(right);
              int id = isWhole ? -1 : table.find(text, from, to);
              return id < 0 ? -1 : ((long) ranks[id] << 32) | id;
            });
    for (int at = 0; at < text.length(); ) {
      int symbol = userSymbols.lengthAt(text, at);
      int to = at + (symbol > 0 ? symbol : Character.charCount(text.codePointAt(at)));
      merger.add(table.find(text, at, to), at, to);
      at = to;
    }
    merger.run(output);
  }

  private boolean isUserDefined(int id) {
    return id >= 0 && table.isUserDefined(id);
  }

  private void emit(IntArrayList out, int id, String text, int from, int to) {
    if (id >= 0) {
      out.add(id);
    } else if (model.byteFallback()) {
      for (byte b : Utf8.bytes(text.substring(from, to))) {
        out.add(byteIds[b & 0xff]);
      }
    } else if (out.isEmpty() || out.getInt(out.size() - 1) != unknown) { // a run is one
      out.add(unknown);
    }
  }

  // ---- decoding ----

  @Override
  public String decode(int... tokens) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isAtStart = model.addDummyPrefix() || model.removeExtraWhitespaces();
    for (int id : tokens) {
      Piece piece = piece(id);
      switch (piece.type()) {
        case CONTROL -> {} // has no text
        case UNKNOWN -> out.writeBytes(Utf8.bytes(UNKNOWN_TEXT));
        case BYTE -> out.write(byteOf(piece));
        case NORMAL, USER_DEFINED, UNUSED -> {
          String text = piece.text();
          if (isAtStart && text.startsWith(SPACE)) {
            text = text.substring(SPACE.length());
          }
          out.writeBytes(Utf8.bytes(text.replace(SPACE, " ")));
        }
      }
      isAtStart &=
          piece.type() == PieceType.CONTROL || (out.size() == 0 && model.removeExtraWhitespaces());
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static int byteOf(Piece piece) { // <0x0A>
    return Integer.parseInt(piece.text(), 3, 5, 16);
  }
}
