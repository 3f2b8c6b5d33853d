package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import it.unimi.dsi.fastutil.longs.Long2DoubleOpenHashMap;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Lets the kernels of the reference backend hand numbers to each other in f64, for checks that the
/// rounding of each result to f32 would drown.
///
/// Tensors stay f32; what a kernel writes is noted a second time, unrounded, under the address of
/// the element, and the next kernel that reads the element finds it there. A note counts only as
/// long as it rounds to what the memory holds, so writes past the kernels are seen. Views share
/// notes as they share memory. For one thread; slow.
public final class DoublePrecision {
  private static final ScopedValue<DoublePrecision> CURRENT = ScopedValue.newInstance();

  private final Long2DoubleOpenHashMap byAddress = new Long2DoubleOpenHashMap();

  /// Begins without notes.
  public DoublePrecision() {}

  /// Runs a computation on reference tensors in this precision.
  ///
  /// @param body the computation
  /// @param <R> type of its result
  /// @param <X> what it may throw
  /// @return its result
  /// @throws X if the body does
  public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> body)
      throws X {
    return ScopedValue.where(CURRENT, this).call(body);
  }

  /// One element with all digits.
  ///
  /// @param x an f32 tensor of the reference backend
  /// @param element number of the element in row-major order
  /// @return what a kernel computed, or else what the memory holds
  public double get(TensorView x, long element) {
    MemorySegment memory = x.segment();
    return call(() -> Elements.get(memory, x.dtype(), Elements.offset(x, element)));
  }

  /// Sets one element.
  ///
  /// @param x an f32 tensor of the reference backend
  /// @param element number of the element in row-major order
  /// @param value its value; the memory gets it rounded
  public void set(TensorView x, long element, double value) {
    MemorySegment memory = x.segment();
    call(
        () -> {
          Elements.set(memory, DType.F32, Elements.offset(x, element), value);
          return true;
        });
  }

  /// What is known about an element.
  ///
  /// @param stored what the memory holds
  static double read(long address, float stored) {
    if (!CURRENT.isBound()) {
      return stored;
    }
    double exact = CURRENT.get().byAddress.getOrDefault(address, stored);
    return (float) exact == stored ? exact : stored;
  }

  /// Notes what was written, rounded, to an address.
  static void note(long address, double value) {
    if (CURRENT.isBound()) {
      CURRENT.get().byAddress.put(address, value);
    }
  }

  /// Forgets what was noted about memory that is used anew.
  static void forget(MemorySegment memory) {
    if (CURRENT.isBound()) {
      Long2DoubleOpenHashMap notes = CURRENT.get().byAddress;
      for (long offset = 0; offset < memory.byteSize(); offset += Float.BYTES) {
        notes.remove(memory.address() + offset);
      }
    }
  }
}
