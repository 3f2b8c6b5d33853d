package dev.jacquard.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.op.AddOp;
import dev.jacquard.tensor.op.ContiguousOp;
import dev.jacquard.tensor.op.DivOp;
import dev.jacquard.tensor.op.MatmulOp;
import dev.jacquard.tensor.op.MulOp;
import dev.jacquard.tensor.op.NarrowOp;
import dev.jacquard.tensor.op.PermuteOp;
import dev.jacquard.tensor.op.ReshapeOp;
import dev.jacquard.tensor.op.ScaleOp;
import dev.jacquard.tensor.op.SubOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.op.UnaryOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.lang.foreign.MemorySegment;

/// An n-dimensional array in native memory: a storage seen through a shape and strides.
///
/// A tensor is an immutable description; its elements may be written in place by their owner
/// ([#copyFrom], optimisers). Views share memory. The memory belongs to the scope that was open
/// when it was taken ([dev.jacquard.tensor.memory.TensorScope]); without a scope it lives until
/// [Storage#release()]. Arithmetic is recorded by the running tape
/// ([dev.jacquard.tensor.autograd.Tape]). Only the core of arithmetic lives here; everything else
/// is `SomethingOp.apply(...)` in [dev.jacquard.tensor.op].
public final class Tensor implements TensorView {
  private final Backend backend;
  private final Storage storage;
  private final long offset; // in elements
  private final Shape shape;
  private final long[] strides; // in elements
  private final DType dtype;
  private final boolean trainable;

  private Tensor(
      Backend backend,
      Storage storage,
      long offset,
      Shape shape,
      long[] strides,
      DType dtype,
      boolean trainable) {
    this.backend = backend;
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
    this.trainable = trainable;
  }

  // ---- making ----

  /// A tensor with arbitrary contents.
  ///
  /// @param backend who computes with it
  /// @param dtype element type
  /// @param shape its shape
  /// @return a new contiguous tensor
  /// @throws dev.jacquard.tensor.shape.DTypeException if rows cut a block of a quantised type
  public static Tensor empty(Backend backend, DType dtype, Shape shape) {
    dtype.requireRows("empty", shape);
    return wrap(backend, backend.allocate(dtype.bytes(shape.numel())), dtype, shape);
  }

  /// An f32 tensor with arbitrary contents.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @return a new contiguous tensor
  public static Tensor empty(Backend backend, Shape shape) {
    return empty(backend, DType.F32, shape);
  }

  /// A tensor with the type, shape and backend of another, and arbitrary contents.
  ///
  /// @param like the other
  /// @return a new contiguous tensor
  public static Tensor emptyLike(Tensor like) {
    return empty(like.backend, like.dtype, like.shape);
  }

  /// An f32 tensor of zeros.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @return a new contiguous tensor
  public static Tensor zeros(Backend backend, Shape shape) {
    return full(backend, shape, 0f);
  }

  /// An f32 tensor of equal elements.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @param value every element
  /// @return a new contiguous tensor
  public static Tensor full(Backend backend, Shape shape, float value) {
    Tensor y = empty(backend, shape);
    backend.copy().fill(y, value);
    return y;
  }

  /// An f32 tensor of given elements.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @param values elements in row-major order
  /// @return a new contiguous tensor
  /// @throws ShapeException if their number does not fit the shape
  public static Tensor of(Backend backend, Shape shape, float... values) {
    requireCount("of", shape, values.length);
    return empty(backend, shape).copyFrom(values);
  }

  /// An i32 tensor of given elements.
  ///
  /// @param backend who computes with it
  /// @param shape its shape
  /// @param values elements in row-major order
  /// @return a new contiguous tensor
  /// @throws ShapeException if their number does not fit the shape
  public static Tensor ofInts(Backend backend, Shape shape, int... values) {
    requireCount("ofInts", shape, values.length);
    Tensor y = empty(backend, DType.I32, shape);
    MemorySegment.copy(values, 0, y.segment(), JAVA_INT, 0, values.length);
    return y;
  }

  /// A contiguous tensor on existing memory.
  ///
  /// @param backend who computes with it
  /// @param storage the memory, at least as large as the shape needs
  /// @param dtype element type
  /// @param shape its shape
  /// @return a tensor that shares the memory
  /// @throws dev.jacquard.tensor.shape.DTypeException if rows cut a block of a quantised type
  /// @throws ShapeException if the memory is too small
  public static Tensor wrap(Backend backend, Storage storage, DType dtype, Shape shape) {
    dtype.requireRows("wrap", shape);
    long bytes = dtype.bytes(shape.numel());
    if (storage.segment().byteSize() < bytes) {
      throw new ShapeException(
          "wrap: memory too small; %d bytes for %s %s; need %d"
              .formatted(storage.segment().byteSize(), dtype, shape, bytes));
    }
    return new Tensor(backend, storage, 0, shape, shape.contiguousStrides(), dtype, false);
  }

  // ---- properties ----

  /// Who computes with this tensor.
  ///
  /// @return the backend
  public Backend backend() {
    return backend;
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long stride(int axis) {
    return strides[shape.axis(axis)];
  }

  /// Whether gradients are wanted for this tensor: it is a leaf of the computation.
  ///
  /// @return true for what [#trainable()] returned
  public boolean isTrainable() {
    return trainable;
  }

  @Override
  public MemorySegment segment() {
    MemorySegment whole = storage.segment();
    if (offset == 0 && whole.byteSize() == dtype.bytes(shape.numel()) && isContiguous()) {
      return whole;
    }
    if (shape.numel() == 0) {
      return whole.asSlice(0, 0);
    }
    long last = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      last += (shape.dim(axis) - 1) * strides[axis];
    }
    return whole.asSlice(dtype.bytes(offset), dtype.bytes(last + 1));
  }

  @Override
  public long address() {
    return storage.address() + (shape.numel() == 0 ? 0 : dtype.bytes(offset));
  }

  @Override
  public boolean isContiguous() {
    long expected = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides[axis] != expected) {
        return false;
      }
      expected *= shape.dim(axis);
    }
    return true;
  }

  // ---- reading and writing ----

  /// All elements of an f32 tensor.
  ///
  /// @return a new array in row-major order
  public float[] toFloats() {
    Shapes.requireType("toFloats", "tensor", dtype, DType.F32);
    float[] values = new float[arrayLength("toFloats")];
    MemorySegment.copy(contiguous().segment(), JAVA_FLOAT, 0, values, 0, values.length);
    return values;
  }

  /// All elements of an i32 tensor.
  ///
  /// @return a new array in row-major order
  public int[] toInts() {
    Shapes.requireType("toInts", "tensor", dtype, DType.I32);
    int[] values = new int[arrayLength("toInts")];
    MemorySegment.copy(contiguous().segment(), JAVA_INT, 0, values, 0, values.length);
    return values;
  }

  /// All elements of an i64 tensor.
  ///
  /// @return a new array in row-major order
  public long[] toLongs() {
    Shapes.requireType("toLongs", "tensor", dtype, DType.I64);
    long[] values = new long[arrayLength("toLongs")];
    MemorySegment.copy(contiguous().segment(), JAVA_LONG, 0, values, 0, values.length);
    return values;
  }

  /// The only element of an f32 tensor.
  ///
  /// @return its value
  /// @throws ShapeException if there is not exactly one element
  public float item() {
    requireCount("item", shape, 1);
    Shapes.requireType("item", "tensor", dtype, DType.F32);
    return segment().get(JAVA_FLOAT, 0);
  }

  /// Overwrites a contiguous f32 tensor.
  ///
  /// @param values elements in row-major order
  /// @return this tensor
  /// @throws ShapeException if their number does not fit the shape
  public Tensor copyFrom(float... values) {
    requireCount("copyFrom", shape, values.length);
    Shapes.requireType("copyFrom", "tensor", dtype, DType.F32);
    if (!isContiguous()) {
      throw new ShapeException(
          "copyFrom: not contiguous; tensor "
              + shape
              + "; need rows without gaps, or copy a tensor");
    }
    MemorySegment.copy(values, 0, segment(), JAVA_FLOAT, 0, values.length);
    return this;
  }

  /// Overwrites this tensor with another's elements, converting the type.
  ///
  /// @param other same shape, any strides
  /// @return this tensor
  /// @throws ShapeException if the shapes differ
  public Tensor copyFrom(Tensor other) {
    Shapes.requireSame("copyFrom", shape, other.shape);
    backend.copy().copy(other, this);
    return this;
  }

  // ---- views and copies ----

  /// The same elements in another shape; copies if the strides do not allow a view.
  ///
  /// @param sizes new sizes, one of which may be -1: whatever is left
  /// @return a tensor of that shape
  /// @throws ShapeException if the number of elements differs
  public Tensor reshape(long... sizes) {
    return ReshapeOp.apply(this, sizes);
  }

  /// Axes in another order.
  ///
  /// @param axes for each new axis the old one
  /// @return a view
  public Tensor permute(int... axes) {
    return PermuteOp.apply(this, axes);
  }

  /// Two axes exchanged.
  ///
  /// @param a an axis; negative ones count from the end
  /// @param b another
  /// @return a view
  public Tensor transpose(int a, int b) {
    int first = Shapes.axis("transpose", "tensor", shape, a);
    int second = Shapes.axis("transpose", "tensor", shape, b);
    int[] axes = new int[shape.rank()];
    java.util.Arrays.setAll(axes, i -> i);
    axes[first] = second;
    axes[second] = first;
    return PermuteOp.apply(this, axes);
  }

  /// A range of one axis.
  ///
  /// @param axis an axis; negative ones count from the end
  /// @param from first index
  /// @param length number of indices
  /// @return a view
  /// @throws ShapeException if the range leaves the axis
  public Tensor narrow(int axis, long from, long length) {
    return NarrowOp.apply(this, axis, from, length);
  }

  /// This tensor if it is contiguous, else a contiguous copy.
  ///
  /// @return a tensor in row-major order without gaps
  public Tensor contiguous() {
    return isContiguous() ? this : ContiguousOp.apply(this);
  }

  /// The elements in another type, rounded as [dev.jacquard.tensor.backend.CopyKernels] says.
  ///
  /// @param type element type
  /// @return a new contiguous tensor, or this one if it has the type; not differentiable
  /// @throws dev.jacquard.tensor.shape.DTypeException if rows cut a block of a quantised type
  public Tensor to(DType type) {
    if (type == dtype) {
      return this;
    }
    type.requireRows("to", shape);
    Tensor y = empty(backend, type, shape);
    backend.copy().copy(this, y);
    return y;
  }

  /// A view of the same memory that gradients are wanted for.
  ///
  /// @return a leaf; use this very object in the computation and in `Gradients.of`
  public Tensor trainable() {
    return new Tensor(backend, storage, offset, shape, strides, dtype, true);
  }

  /// A view of the same memory that no gradient flows through.
  ///
  /// @return the view
  public Tensor detach() {
    return new Tensor(backend, storage, offset, shape, strides, dtype, false);
  }

  /// A view with other strides, which no tape records; for operators.
  ///
  /// @param offsetElements where it starts, from the start of this tensor
  /// @param newShape its shape
  /// @param newStrides its strides in elements, one for each axis
  /// @return the view
  public Tensor strided(long offsetElements, Shape newShape, long... newStrides) {
    return new Tensor(
        backend, storage, offset + offsetElements, newShape, newStrides.clone(), dtype, false);
  }

  // ---- arithmetic ----

  /// `this + other`, broadcasting.
  ///
  /// @param other second operand
  /// @return the sum
  public Tensor add(Tensor other) {
    return AddOp.apply(this, other);
  }

  /// `this - other`, broadcasting.
  ///
  /// @param other second operand
  /// @return the difference
  public Tensor sub(Tensor other) {
    return SubOp.apply(this, other);
  }

  /// `this · other` element by element, broadcasting.
  ///
  /// @param other second operand
  /// @return the product
  public Tensor mul(Tensor other) {
    return MulOp.apply(this, other);
  }

  /// `this / other` element by element, broadcasting.
  ///
  /// @param other second operand
  /// @return the quotient
  public Tensor div(Tensor other) {
    return DivOp.apply(this, other);
  }

  /// `this · factor`.
  ///
  /// @param factor a number
  /// @return the scaled tensor
  public Tensor scale(float factor) {
    return ScaleOp.apply(this, factor);
  }

  /// Matrix product over the last two axes; leading axes broadcast.
  ///
  /// @param other `[..., K, N]`, for this `[..., M, K]`
  /// @return `[..., M, N]`
  public Tensor matmul(Tensor other) {
    return MatmulOp.apply(this, other);
  }

  /// A function of each element.
  ///
  /// @param f the function
  /// @return a tensor of the same shape
  public Tensor map(Unary f) {
    return UnaryOp.apply(f, this);
  }

  /// Sum of all elements.
  ///
  /// @return a scalar, `[]`
  public Tensor sum() {
    int[] axes = new int[shape.rank()];
    java.util.Arrays.setAll(axes, i -> i);
    return SumOp.apply(this, axes).reshape();
  }

  /// Mean of all elements.
  ///
  /// @return a scalar, `[]`
  public Tensor mean() {
    Shapes.requireType("mean", "tensor", dtype, DType.F32);
    return sum().scale(1f / shape.numel());
  }

  @Override
  public String toString() {
    return "Tensor(" + dtype + " " + shape + " on " + backend.name() + ")";
  }

  private int arrayLength(String op) {
    if (shape.numel() > Integer.MAX_VALUE) {
      throw new ShapeException(
          "%s: too many elements for an array; %s has %d; need %d at most, so narrow it first"
              .formatted(op, shape, shape.numel(), Integer.MAX_VALUE));
    }
    return (int) shape.numel();
  }

  private static void requireCount(String op, Shape shape, long count) {
    if (count != shape.numel()) {
      throw new ShapeException(
          "%s: wrong number of elements; %d for shape %s; need %d"
              .formatted(op, count, shape, shape.numel()));
    }
  }
}
