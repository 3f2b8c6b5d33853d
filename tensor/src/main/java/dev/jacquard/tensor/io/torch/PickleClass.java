package dev.jacquard.tensor.io.torch;

import org.jspecify.annotations.Nullable;

/// An allowed class or function of a pickle.
///
/// @param name module and name, with a dot between
/// @param maker what calling it gives; null if it is a mere name
/// @param meaning what it stands for if it is a mere name: an element type; null if nothing
record PickleClass(String name, @Nullable Maker maker, @Nullable Object meaning) {

  /// Makes a value from arguments, and does nothing else.
  @FunctionalInterface
  interface Maker {
    /// Makes the value.
    ///
    /// @throws ClassCastException if an argument is of another type
    /// @throws IndexOutOfBoundsException if one is missing
    /// @throws ArithmeticException if numbers do not fit each other
    @Nullable Object make(Tuple arguments);
  }

  static PickleClass function(String name, Maker maker) {
    return new PickleClass(name, maker, null);
  }

  static PickleClass name(String name, @Nullable Object meaning) {
    return new PickleClass(name, null, meaning);
  }
}
