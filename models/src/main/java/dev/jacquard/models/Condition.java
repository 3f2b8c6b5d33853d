package dev.jacquard.models;

/// What a picture is drawn from.
public sealed interface Condition {
  /// Nothing given: each model draws as it likes, for example its classes in turn.
  Condition NONE = new None();

  /// Nothing.
  record None() implements Condition {}

  /// A class.
  ///
  /// @param name its name, or its number from 0
  record OfClass(String name) implements Condition {}

  /// A text that describes the picture.
  ///
  /// @param text any text
  record Caption(String text) implements Condition {}
}
