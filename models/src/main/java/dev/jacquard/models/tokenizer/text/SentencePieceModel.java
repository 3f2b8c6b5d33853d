package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a SentencePiece `.model` file says: pieces, and how texts are prepared.
///
/// Source: `sentencepiece_model.proto` of google/sentencepiece.
///
/// @param kind how texts are cut
/// @param pieces the vocabulary, by id
/// @param byteFallback whether unknown characters become bytes
/// @param addDummyPrefix whether a space is put before each text
/// @param removeExtraWhitespaces whether spaces at the ends and repeated ones go
/// @param escapeWhitespaces whether spaces become U+2581
/// @param whitespaceAsSuffix whether the dummy space comes at the end
/// @param normalization what is replaced before texts are cut; null for nothing
record SentencePieceModel(
    Algorithm kind,
    List<Piece> pieces,
    boolean byteFallback,
    boolean addDummyPrefix,
    boolean removeExtraWhitespaces,
    boolean escapeWhitespaces,
    boolean whitespaceAsSuffix,
    @Nullable NormalizationTable normalization) {
  private static final long MAX_BYTES = 1 << 26;
  private static final List<PieceType> TYPES = List.of(PieceType.values()); // numbered from 1
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

  /// How texts are cut into pieces.
  enum Algorithm {
    UNIGRAM,
    BPE
  }

  /// What a piece is for.
  enum PieceType {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /// An entry of the vocabulary.
  ///
  /// @param text its spelling, spaces as U+2581
  /// @param score logarithm of its probability, or minus the number of its merge
  /// @param type what it is for
  record Piece(String text, float score, PieceType type) {}

  static SentencePieceModel read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException(file, "no such file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new TokenizerException(
          file, "%d bytes; need at most %d".formatted(Files.size(file), MAX_BYTES));
    }
    return new Parser(file).parse();
  }

  /// Takes the fields of the messages one after the other; what is absent has the default.
  private static final class Parser {
    private final Path file;
    private final List<Piece> pieces = new ArrayList<>();
    private int kind = 1;
    private boolean byteFallback;
    private boolean whitespaceAsSuffix;
    private boolean addDummyPrefix = true;
    private boolean removeExtraWhitespaces = true;
    private boolean escapeWhitespaces = true;
    private @Nullable NormalizationTable normalization;

    Parser(Path file) {
      this.file = file;
    }

    SentencePieceModel parse() throws IOException {
      WireReader in = new WireReader(file, ByteBuffer.wrap(Files.readAllBytes(file)));
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pieces.add(piece(in.message()));
          case 2 -> trainerSpec(in.message());
          case 3 -> normalizerSpec(in.message());
          default -> {} // self-test data and the like
        }
      }
      check();
      Algorithm known = kind == 1 ? Algorithm.UNIGRAM : Algorithm.BPE;
      return new SentencePieceModel(
          known,
          List.copyOf(pieces),
          byteFallback,
          addDummyPrefix,
          removeExtraWhitespaces,
          escapeWhitespaces,
          whitespaceAsSuffix,
          normalization);
    }

    private static Piece piece(WireReader in) throws TokenizerException {
      String text = "";
      float score = 0;
      int type = 1;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> text = in.text();
          case 2 -> score = in.real();
          case 3 -> type = in.integer();
          default -> {} // later versions
        }
      }
      if (type < 1 || type > TYPES.size() || !Float.isFinite(score)) {
        throw in.problem("piece of type %d with score %s".formatted(type, score));
      }
      return new Piece(text, score, TYPES.get(type - 1));
    }

    private void trainerSpec(WireReader in) throws TokenizerException {
      while (in.next()) {
        switch (in.field()) {
          case 3 -> kind = in.integer();
          case 24 -> whitespaceAsSuffix = in.flag();
          case 35 -> byteFallback = in.flag();
          default -> {} // how it was trained
        }
      }
    }

    private void normalizerSpec(WireReader in) throws TokenizerException {
      while (in.next()) {
        switch (in.field()) {
          case 2 -> {
            ByteBuffer table = in.bytes();
            if (table.hasRemaining()) {
              normalization = NormalizationTable.read(table);
              if (normalization == null) {
                throw in.problem(
                    "malformed table of normalised characters of %d bytes"
                        .formatted(table.remaining()));
              }
            }
          }
          case 3 -> addDummyPrefix = in.flag();
          case 4 -> removeExtraWhitespaces = in.flag();
          case 5 -> escapeWhitespaces = in.flag();
          default -> {} // its name
        }
      }
    }

    private void check() throws TokenizerException {
      if (kind != 1 && kind != 2) {
        throw new TokenizerException(
            file, "model of kind %d; need unigram (1) or BPE (2)".formatted(kind));
      }
      Set<String> texts = new HashSet<>();
      int unknown = 0;
      int bytes = 0;
      for (Piece piece : pieces) {
        if (piece.text.isEmpty() || !texts.add(piece.text)) {
          throw new TokenizerException(
              file, "piece \"%s\" is empty or comes twice".formatted(piece.text));
        }
        if (piece.type == PieceType.BYTE && !BYTE.matcher(piece.text).matches()) {
          throw new TokenizerException(
              file, "byte piece \"%s\"; need <0x00> to <0xFF>".formatted(piece.text));
        }
        unknown += piece.type == PieceType.UNKNOWN ? 1 : 0;
        bytes += piece.type == PieceType.BYTE ? 1 : 0;
      }
      if (unknown != 1 || (byteFallback && bytes != 256)) {
        throw new TokenizerException(
            file, "%d unknown pieces and %d bytes; need 1 and 256".formatted(unknown, bytes));
      }
    }
  }
}
