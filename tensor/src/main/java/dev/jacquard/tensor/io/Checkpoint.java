package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// An open checkpoint file: a list of named tensors that are read when asked for.
///
/// Tensors may be views of the file and are valid until it is closed; the one who opened it closes
/// it.
public interface Checkpoint extends AutoCloseable {
  /// The file.
  ///
  /// @return its path, as given
  Path file();

  /// Texts that the writer left for its readers.
  ///
  /// @return unmodifiable, in the order of the file; empty if there are none
  Map<String, String> metadata();

  /// What the file holds.
  ///
  /// @return unmodifiable, in the order of the data
  List<TensorEntry> entries();

  /// One tensor in the type that [StoredType#dtype] names. Not to be written to: it may be a
  /// read-only view of the file.
  ///
  /// @param backend who computes with it
  /// @param name its key
  /// @return a contiguous tensor, valid until this is closed
  /// @throws CheckpointException if there is none of that name
  Tensor tensor(Backend backend, String name) throws CheckpointException;

  /// One tensor's elements as they are in the file, for copying and for types that no tensor has.
  ///
  /// @param name its key
  /// @return elements of the entry's type in row-major order, read-only, valid until this is closed
  /// @throws CheckpointException if there is none of that name
  MemorySegment raw(String name) throws CheckpointException;

  /// One tensor as f32, whatever its type in the file.
  ///
  /// @param backend who computes with it
  /// @param name its key
  /// @return as [#tensor]
  /// @throws CheckpointException if there is none of that name
  default Tensor toF32(Backend backend, String name) throws CheckpointException {
    return tensor(backend, name).to(DType.F32);
  }

  /// All tensors, each as [#tensor] gives it.
  ///
  /// @param backend who computes with them
  /// @return a new dictionary in the order of the data, valid until this is closed
  /// @throws CheckpointException if a tensor cannot be read
  default StateDict stateDict(Backend backend) throws CheckpointException {
    StateDict state = new StateDict(file().toString());
    for (TensorEntry entry : entries()) {
      state.put(entry.name(), tensor(backend, entry.name()));
    }
    return state;
  }

  @Override
  void close();
}
