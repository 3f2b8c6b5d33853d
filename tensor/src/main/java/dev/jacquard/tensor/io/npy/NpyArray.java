package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.io.CheckpointException;
import java.lang.foreign.MemorySegment;

/// One array of a file, unpacked when asked for.
///
/// @param header its type and shape
/// @param contents gives the whole array file, header included
record NpyArray(NpyHeader header, Contents contents) {
  @FunctionalInterface
  interface Contents {
    MemorySegment read() throws CheckpointException;
  }
}
