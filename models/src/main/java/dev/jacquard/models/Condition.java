package dev.jacquard.models;

import java.util.List;

/// What a picture is drawn from.
public sealed interface Condition {
  /// Nothing given: each model draws as it likes, for example its classes in turn.
  Condition NONE = new None();

  /// What was given, for messages.
  ///
  /// @return for example `class "Flags"`
  String words();

  /// Nothing.
  record None() implements Condition {
    @Override
    public String words() {
      return "nothing";
    }
  }

  /// A class.
  ///
  /// @param name its name, or its number from 0
  record OfClass(String name) implements Condition {
    @Override
    public String words() {
      return "class \"" + name + "\"";
    }
  }

  /// Texts that describe the pictures, which take them in turn.
  ///
  /// @param texts at least one
  record Caption(List<String> texts) implements Condition {
    /// Copies the texts.
    public Caption {
      texts = List.copyOf(texts);
      if (texts.isEmpty()) {
        throw new IllegalArgumentException("generate: no text; need at least one");
      }
    }

    /// One text for all pictures.
    ///
    /// @param text any text
    public Caption(String text) {
      this(List.of(text));
    }

    /// The text of a picture.
    ///
    /// @param number of the picture, from 0
    /// @return one of the texts
    public String text(int number) {
      return texts.get(number % texts.size());
    }

    @Override
    public String words() {
      return "text \"" + String.join("\", \"", texts) + "\"";
    }
  }
}
