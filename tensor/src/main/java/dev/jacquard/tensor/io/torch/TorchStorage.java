package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.StoredType;
import org.jspecify.annotations.Nullable;

/// A block of elements that tensors of a PyTorch file view.
///
/// @param type element type; null if the tensors say it, and elements are bytes
/// @param key name of the block in the file
/// @param elements number of elements
record TorchStorage(@Nullable StoredType type, String key, long elements) {
  /// Size of the block as far as the pickle knows.
  long bytes() {
    return type == null ? elements : Math.multiplyExact(elements, type.blockBytes());
  }
}
