package dev.jacquard.models.decoding;

/// How many tokens are guessed at a time.
///
/// @param first number of guesses at the start of a sequence
/// @param most largest number
/// @param isAdaptive whether success makes it grow and failure shrink
public record DraftLength(int first, int most, boolean isAdaptive) {
  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException unless `0 <= first <= most`
  public DraftLength {
    if (first < 0 || most < first) {
      throw new IllegalArgumentException(
          "draft length: out of range; first %d, most %d; need 0 <= first <= most"
              .formatted(first, most));
    }
  }

  /// Always the same.
  ///
  /// @param length number of guesses
  /// @return the rule
  public static DraftLength fixed(int length) {
    return new DraftLength(length, length, false);
  }

  /// Two more where all stood, else one more than stood.
  ///
  /// @param most largest number of guesses
  /// @return the rule
  public static DraftLength adaptive(int most) {
    return new DraftLength(Math.min(4, most), most, true);
  }

  /// The number for the next draft.
  ///
  /// @param last number that was allowed
  /// @param guessed number that was guessed, above 0
  /// @param stood how many of them stood
  /// @return 1 to `most`
  int next(int last, int guessed, int stood) {
    if (!isAdaptive) {
      return last;
    }
    return Math.min(most, stood == guessed ? Math.max(last, guessed + 2) : stood + 1);
  }
}
