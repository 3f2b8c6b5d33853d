package dev.jacquard.models;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/// Named settings of a run, from a file and the command line. Each is taken once by whom it
/// concerns; what nobody took is a mistake that [#requireAllTaken] reports.
public final class Settings {
  private final SequencedMap<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();
  private final TreeSet<String> left;

  /// Wraps settings.
  ///
  /// @param values text by name
  public Settings(Map<String, String> values) {
    this.values = new LinkedHashMap<>(values);
    this.left = new TreeSet<>(values.keySet());
  }

  /// Takes a whole number.
  ///
  /// @param name of the setting
  /// @param fallback value if it is not set
  /// @return its value
  /// @throws IllegalArgumentException if it is no whole number or too large for an `int`
  public int intValue(String name, int fallback) {
    long value = longValue(name, fallback);
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "setting: out of range; %s=%d; need %d to %d"
              .formatted(name, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    return (int) value;
  }

  /// Takes a whole number.
  ///
  /// @param name of the setting
  /// @param fallback value if it is not set
  /// @return its value
  /// @throws IllegalArgumentException if it is no whole number
  public long longValue(String name, long fallback) {
    String text = text(name, Long.toString(fallback));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "setting: no whole number; %s=%s; need for example %d".formatted(name, text, fallback));
    }
  }

  /// Takes a number.
  ///
  /// @param name of the setting
  /// @param fallback value if it is not set
  /// @return its value
  /// @throws IllegalArgumentException if it is no number
  public double doubleValue(String name, double fallback) {
    String text = text(name, Double.toString(fallback));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "setting: no number; %s=%s; need for example %s".formatted(name, text, fallback));
    }
  }

  /// Takes a yes or no.
  ///
  /// @param name of the setting
  /// @param fallback value if it is not set
  /// @return its value
  /// @throws IllegalArgumentException if it is neither `true` nor `false`
  public boolean flag(String name, boolean fallback) {
    return switch (text(name, Boolean.toString(fallback))) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "setting: neither true nor false; %s=%s".formatted(name, values.get(name)));
    };
  }

  /// Takes a text.
  ///
  /// @param name of the setting
  /// @param fallback value if it is not set
  /// @return its value
  public String text(String name, String fallback) {
    known.add(name);
    left.remove(name);
    return values.getOrDefault(name, fallback);
  }

  /// Whether a setting was given.
  ///
  /// @param name of the setting
  /// @return true if it has a value
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// Checks that everything given was taken by somebody.
  ///
  /// @throws IllegalArgumentException if not; names what is left and what there is
  public void requireAllTaken() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "setting: unknown; %s; have %s"
              .formatted(String.join(", ", left), String.join(", ", known)));
    }
  }
}
