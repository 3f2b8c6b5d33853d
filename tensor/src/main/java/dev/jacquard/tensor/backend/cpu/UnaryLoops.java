package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// `y = f(x)` over `n` floats from byte offset `at`: one loop for each function, since a function
/// handed into a loop would not be inlined. Their derivatives are in [UnaryBackwardLoops].
final class UnaryLoops {
  private UnaryLoops() {}

  static void forward(Unary f, MemorySegment x, MemorySegment y, long at, int n) {
    switch (f) {
      case NEG -> RowLoops.affine(x, at, -1f, -0f, y, at, n);
      case EXP -> exp(x, y, at, n);
      case LOG -> log(x, y, at, n);
      case SQRT -> sqrt(x, y, at, n);
      case TANH -> tanh(x, y, at, n);
      case SIGMOID -> sigmoid(x, y, at, n);
      case SILU -> silu(x, y, at, n);
      case RELU -> relu(x, y, at, n);
      case LOG1P, EXPM1, ERF, GELU, GELU_TANH -> ActivationLoops.forward(f, x, y, at, n);
      case ABS, SIGN, FLOOR, ROUND, SQUARE, RECIPROCAL, RSQRT, SIN, COS, ATANH ->
          PlainLoops.forward(f, x, y, at, n);
    }
  }

  private static void exp(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.exp(v).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.exp(v));
    }
  }

  private static void log(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.log(v).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.log(v));
    }
  }

  private static void sqrt(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      v.sqrt().intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) Math.sqrt(v));
    }
  }

  private static void tanh(MemorySegment x, MemorySegment y, long at, int n) {
    tanhPower(x, y, at, n);
    tanhOfPower(x, y, at, n);
  }

  private static void tanhPower(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.tanhPower(v).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.tanhPower(v));
    }
  }

  private static void tanhOfPower(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.tanh(v, Lanes.load(y, at + 4L * i)).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.tanh(v, Lanes.get(y, at + 4L * i)));
    }
  }

  private static void sigmoid(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.sigmoid(v).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.sigmoid(v));
    }
  }

  private static void silu(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      v.mul(VectorMath.sigmoid(v)).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, v * VectorMath.sigmoid(v));
    }
  }

  private static void relu(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      v.max(0f).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, Math.max(v, 0f));
    }
  }
}
