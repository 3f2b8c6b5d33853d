package dev.jacquard.tensor.io;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// Writes elements of tensors to files, converting a chunk at a time.
public final class TensorOutput {
  private static final int CHUNK = 1 << 20; // elements; a multiple of any block

  private TensorOutput() {}

  /// Writes a tensor of a checkpoint, whose memory is given back afterwards.
  ///
  /// @param channel where to
  /// @param source the checkpoint
  /// @param name key of the tensor
  /// @param backend who converts
  /// @param type element type in the file
  /// @throws IOException if reading or writing fails
  public static void write(
      FileChannel channel, Checkpoint source, String name, Backend backend, DType type)
      throws IOException {
    TensorScope.<Boolean, IOException>call(
        "copy " + name,
        () -> {
          write(channel, source.tensor(backend, name), type);
          return true;
        });
  }

  /// Writes a tensor.
  ///
  /// @param channel where to
  /// @param tensor any strides
  /// @param type element type in the file
  /// @throws IOException if writing fails
  public static void write(FileChannel channel, Tensor tensor, DType type) throws IOException {
    Tape.paused(
        () ->
            TensorScope.<Boolean, IOException>call(
                "write tensor",
                () -> {
                  Tensor flat = tensor.contiguous().reshape(tensor.shape().numel());
                  for (long from = 0; from < flat.shape().numel(); from += CHUNK) {
                    long count = Math.min(CHUNK, flat.shape().numel() - from);
                    writeChunk(channel, flat.narrow(0, from, count), type);
                  }
                  return true;
                }));
  }

  private static void writeChunk(FileChannel channel, Tensor chunk, DType type) throws IOException {
    TensorScope.<Boolean, IOException>call(
        "write chunk",
        () -> {
          AtomicFiles.writeFully(channel, chunk.to(type).segment());
          return true;
        });
  }
}
