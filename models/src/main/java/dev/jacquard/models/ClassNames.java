package dev.jacquard.models;

import dev.jacquard.tensor.io.CheckpointException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The classes that a model draws from.
///
/// @param names one for each class; empty if nobody noted them, as in published files
/// @param count number of classes
public record ClassNames(List<String> names, int count) {
  private static final String FIELD = "classes";

  /// Copies the names.
  public ClassNames {
    names = List.copyOf(names);
  }

  /// Reads the field `classes` of a model folder's configuration.
  ///
  /// @param file the configuration
  /// @param count number of classes
  /// @return the names, if there are any
  /// @throws CheckpointException if they are no texts
  public static ClassNames read(ConfigFile file, int count) throws CheckpointException {
    List<String> names =
        file.has(FIELD)
            ? file.texts(FIELD).stream().map(name -> Objects.toString(name, "")).toList()
            : List.of();
    return new ClassNames(names, count);
  }

  /// Writes the field that [#read] reads.
  ///
  /// @param fields of a configuration; unchanged if there are no names
  public void write(Map<String, Object> fields) {
    if (!names.isEmpty()) {
      fields.put(FIELD, names);
    }
  }

  /// The number of a class.
  ///
  /// @param name its name, or its number from 0
  /// @return from 0
  /// @throws IllegalArgumentException if there is no such class; lists those there are
  public int number(String name) {
    int number = names.indexOf(name);
    if (number < 0 && name.matches("\\d{1,9}")) {
      number = Integer.parseInt(name);
    }
    if (number < 0 || number >= count) {
      throw new IllegalArgumentException(
          "generate: no class \"%s\"; have 0 to %d%s"
              .formatted(
                  name,
                  count - 1,
                  names.isEmpty() ? "" : ", which are " + String.join(", ", names)));
    }
    return number;
  }
}
