package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Named tensors in a fixed order: what a model is loaded from and stored as.
///
/// ```java
/// Tensor w = state.get("model.norm.weight", Shape.of(dim));
/// state.requireAllUsed(); // nothing in the file was left over
/// ```
///
/// It does not own the tensors' memory. Not thread-safe.
public final class StateDict {
  private final String source;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final LinkedHashSet<String> unused = new LinkedHashSet<>();

  /// Creates an empty dictionary.
  ///
  /// @param source where the tensors come from, for example the path of a file; appears in errors
  public StateDict(String source) {
    this.source = source;
  }

  /// Where the tensors come from.
  ///
  /// @return path of a file, or some other description
  public String source() {
    return source;
  }

  /// Adds a tensor at the end.
  ///
  /// @param name its key
  /// @param tensor the tensor
  /// @return this dictionary
  /// @throws IllegalArgumentException if there is one of that name
  public StateDict put(String name, Tensor tensor) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException(
          "stateDict: \"%s\" is there already; each name needs one tensor".formatted(name));
    }
    unused.add(name);
    return this;
  }

  /// Whether there is a tensor of that name. Asking does not count as using it.
  ///
  /// @param name a key
  /// @return true if [#get] has an answer
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /// The tensor of that name, which counts as used from now on.
  ///
  /// @param name a key
  /// @return the tensor
  /// @throws CheckpointException if there is none; names the nearest key
  public Tensor get(String name) throws CheckpointException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw Names.missing(name, tensors.keySet(), source);
    }
    unused.remove(name);
    return tensor;
  }

  /// The tensor of that name, which must have a shape.
  ///
  /// @param name a key
  /// @param shape the shape that the caller needs
  /// @return the tensor
  /// @throws CheckpointException if there is none, or its shape differs
  public Tensor get(String name, Shape shape) throws CheckpointException {
    Tensor tensor = get(name);
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          "tensor \"%s\" has another shape; %s; need %s".formatted(name, tensor.shape(), shape),
          source);
    }
    return tensor;
  }

  /// All names.
  ///
  /// @return unmodifiable, in the order in which they were put
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /// All tensors by name; looking at them here does not count as using them.
  ///
  /// @return unmodifiable, in the order in which they were put
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /// Number of tensors.
  ///
  /// @return `>= 0`
  public int size() {
    return tensors.size();
  }

  /// Names that nobody asked for.
  ///
  /// @return a copy, in the order in which they were put
  public List<String> unused() {
    return new ArrayList<>(unused);
  }

  /// Checks that every tensor was asked for: a model that ignores part of its checkpoint is another
  /// model.
  ///
  /// @throws CheckpointException if tensors are left over; names them, and for the first the
  ///   nearest name that was asked for
  public void requireAllUsed() throws CheckpointException {
    if (!unused.isEmpty()) {
      List<String> used = new ArrayList<>(tensors.keySet());
      used.removeAll(unused);
      throw new CheckpointException(
          "%d of %d tensors not expected; %s%s"
              .formatted(
                  unused.size(),
                  tensors.size(),
                  Names.some(unused),
                  Names.nearest("; nearest that is expected", unused.getFirst(), used)),
          source);
    }
  }
}
