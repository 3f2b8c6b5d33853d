package dev.jacquard.models.tokenizer.text;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Finds symbols that are never cut.
final class UserSymbols {
  private final Set<String> symbols;
  private final int longest;

  UserSymbols(Collection<String> symbols) {
    this.symbols = new HashSet<>(symbols);
    this.longest = symbols.stream().mapToInt(String::length).max().orElse(0);
  }

  /// Length of the longest symbol that starts at a place, or 0.
  int lengthAt(String text, int at) {
    for (int length = Math.min(longest, text.length() - at); length > 0; length--) {
      if (symbols.contains(text.substring(at, at + length))) {
        return length;
      }
    }
    return 0;
  }
}
