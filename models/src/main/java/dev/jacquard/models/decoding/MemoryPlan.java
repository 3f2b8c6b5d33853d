package dev.jacquard.models.decoding;

import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.MachineMemory;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.shape.NativeMemoryException;

/// How much memory sequences of a Llama take, known before the first token.
///
/// @param weightBytes weights in mapped files, which the system keeps in memory while they are used
/// @param cacheBytes keys and values
/// @param workBytes what one step takes besides, roughly
/// @param availableBytes what the machine and the limit of the backend's memory leave
public record MemoryPlan(long weightBytes, long cacheBytes, long workBytes, long availableBytes) {
  /// Rows of the width of the model that are alive at a time in a step, besides those of the
  /// feed-forward network: input, normalised, queries, keys, values, output.
  private static final int ROWS = 8;

  /// Numbers of weights that are converted or packed at a time for a product.
  private static final long PACKED = 2L << 20;

  /// Plans for sequences of a model.
  ///
  /// @param model the model
  /// @param sequences largest number of sequences at a time
  /// @param positions largest number of positions of each
  /// @return the figures
  public static MemoryPlan of(LlamaEngine model, int sequences, int positions) {
    LlamaConfig c = model.llama().config();
    Backend backend = model.llama().parameters().backend();
    long cached = 2L * c.nLayers() * sequences * positions * c.nKvHeads() * c.headDim();
    long rows = Math.max(Math.min(positions, model.promptBlock()), sequences);
    long width = (long) ROWS * Math.max(c.dim(), c.nHeads() * c.headDim()) + 3L * c.ffnDim();
    long logits = (long) sequences * c.vocabSize();
    long weights = mappedBytes(model);
    return new MemoryPlan(
        weights,
        model.cacheType().bytes(cached),
        4 * (rows * width + logits + PACKED),
        availableBytes(backend.pool(), weights));
  }

  /// What the machine has, blocks that the pool keeps for reuse included, as far as the pool's
  /// limit allows; mapped weights are not the pool's.
  private static long availableBytes(NativePool pool, long mapped) {
    long machine = MachineMemory.availableBytes();
    long reusable = pool.reservedBytes() - pool.liveBytes();
    return Math.min(
        machine > Long.MAX_VALUE - reusable ? machine : machine + reusable,
        pool.leftBytes() > Long.MAX_VALUE - mapped ? Long.MAX_VALUE : pool.leftBytes() + mapped);
  }

  private static long mappedBytes(LlamaEngine model) {
    return model.llama().parameters().state().values().stream()
        .filter(weight -> weight.storage().isExternal())
        .mapToLong(MemoryPlan::bytes)
        .sum();
  }

  private static long bytes(Tensor weight) {
    return weight.dtype().bytes(weight.shape().numel());
  }

  /// All that is needed.
  ///
  /// @return bytes
  public long neededBytes() {
    return weightBytes + cacheBytes + workBytes;
  }

  /// Refuses what the machine cannot hold.
  ///
  /// @throws NativeMemoryException if more is needed than there is; gives the figures
  public void requireFits() {
    if (neededBytes() > availableBytes) {
      throw new NativeMemoryException(
          ("memory: sequences do not fit; need %,d MiB: %,d for weights, %,d for keys and values,"
                  + " %,d to compute; have %,d; draw fewer at once, shorter ones, or keep keys in"
                  + " BF16")
              .formatted(
                  mebibytes(neededBytes()),
                  mebibytes(weightBytes),
                  mebibytes(cacheBytes),
                  mebibytes(workBytes),
                  mebibytes(availableBytes)));
    }
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }
}
