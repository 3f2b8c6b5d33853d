package dev.jacquard.tensor.io.torch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Python tuple.
///
/// @param items its elements
record Tuple(List<@Nullable Object> items) {
  static final Tuple EMPTY = new Tuple(List.of());

  int size() {
    return items.size();
  }

  /// The element at a place if there is one of that class.
  ///
  /// @throws ClassCastException if there is another
  /// @throws IndexOutOfBoundsException if there is none
  <T> T get(int index, Class<T> type) {
    return as(type, items.get(index));
  }

  /// A value if it is of that class.
  ///
  /// @throws ClassCastException if it is of another, or null
  static <T> T as(Class<T> type, @Nullable Object value) {
    if (value == null) {
      throw new ClassCastException("None");
    }
    return type.cast(value);
  }
}
