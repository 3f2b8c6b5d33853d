package dev.jacquard.tensor.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/// Finds what somebody may have meant by a name that does not exist, for messages.
public final class Names {
  private static final int COMPARED = 256; // characters; keeps hostile names cheap
  private static final int SHOWN = 40; // characters

  private Names() {}

  /// The refusal of a tensor that a checkpoint does not hold.
  ///
  /// @param name what was asked for
  /// @param names what there is
  /// @param source the file
  /// @return to be thrown; names the nearest
  public static CheckpointException missing(String name, Collection<String> names, String source) {
    return new CheckpointException(
        "no tensor \"%s\"%s; file has %d tensors"
            .formatted(name, nearest("; nearest", name, names), names.size()),
        source);
  }

  /// The words before and the nearest name in quotes, or nothing if there are no names.
  static String nearest(String before, String wanted, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt((String name) -> distance(wanted, name)))
        .map(name -> "%s \"%s\"".formatted(before, name))
        .orElse("");
  }

  /// The first few names in quotes, and how many more there are.
  static String some(Collection<String> names) {
    int shown = 5;
    String list =
        names.stream().limit(shown).map("\"%s\""::formatted).collect(Collectors.joining(", "));
    return names.size() > shown ? list + " and " + (names.size() - shown) + " more" : list;
  }

  /// A text from a file, cut where it gets too long for a message.
  ///
  /// @param text any text
  /// @return its first 40 characters, with dots if there are more
  public static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /// Levenshtein distance: the fewest insertions, deletions and replacements of characters.
  static int distance(String a, String b) {
    int rows = Math.min(a.length(), COMPARED);
    int columns = Math.min(b.length(), COMPARED);
    int[] above = new int[columns + 1];
    for (int j = 0; j <= columns; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= rows; i++) {
      int[] row = new int[columns + 1];
      row[0] = i;
      for (int j = 1; j <= columns; j++) {
        int replace = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[columns];
  }
}
