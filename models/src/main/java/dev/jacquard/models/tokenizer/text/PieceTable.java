package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.text.SentencePieceModel.Piece;
import dev.jacquard.models.tokenizer.text.SentencePieceModel.PieceType;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.List;

/// Finds pieces by their spelling: those that a text may be cut into, hence no control pieces,
/// bytes or unused ones.
final class PieceTable {
  private final List<Piece> pieces;
  private final Object2IntOpenHashMap<String> ids = new Object2IntOpenHashMap<>();
  private final int longest;

  PieceTable(List<Piece> pieces) {
    this.pieces = pieces;
    ids.defaultReturnValue(-1);
    int most = 0;
    for (int id = 0; id < pieces.size(); id++) {
      PieceType type = pieces.get(id).type();
      if (type == PieceType.NORMAL || type == PieceType.USER_DEFINED) {
        ids.put(pieces.get(id).text(), id);
        most = Math.max(most, pieces.get(id).text().length());
      }
    }
    longest = most;
  }

  /// The piece that a part of a text is, or -1.
  int find(String text, int from, int to) {
    return to - from > longest ? -1 : ids.getInt(text.substring(from, to));
  }

  /// Length of the longest piece in chars.
  int longest() {
    return longest;
  }

  boolean isUserDefined(int id) {
    return pieces.get(id).type() == PieceType.USER_DEFINED;
  }

  float score(int id) {
    return pieces.get(id).score();
  }
}
