package dev.jacquard.tensor.examples;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.stream.IntStream;

class Digits {
  static final int[] GLYPHS = { // 0 to 9 in 3 x 5 pixels, one bit each
    31599, 11415, 29671, 29647, 23497, 31183, 31215, 29257, 31727, 31695
  };
  static final int[] LABELS = IntStream.range(0, 500).map(i -> i % 10).toArray();

  static void main() {
    try (Backend cpu = Backends.cpu()) {
      Tensor w1 = Tensor.of(cpu, Shape.of(32, 15), noise(1, 480, 0.3f)).trainable();
      Tensor w2 = Tensor.of(cpu, Shape.of(10, 32), noise(2, 320, 0.3f)).trainable();
      for (int step = 0; step < 200; step++) {
        Tensor x = images(cpu, 3 + step);
        TensorScope.run("step", () -> descend(x, w1, w2)); // gives back what the step took
        x.storage().release();
      }
      int[] guesses = ArgMaxOp.apply(logits(images(cpu, 0), w1, w2), 1).toInts(); // unseen noise
      long right = IntStream.range(0, 500).filter(i -> guesses[i] == LABELS[i]).count();
      System.out.printf("%d of 500 digits recognised%n", right);
    }
  }

  static void descend(Tensor x, Tensor w1, Tensor w2) {
    Tensor labels = Tensor.ofInts(x.backend(), Shape.of(500), LABELS);
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> CrossEntropyOp.apply(logits(x, w1, w2), labels));
    Gradients gradients = tape.backward(loss);
    for (Tensor w : List.of(w1, w2)) {
      w.copyFrom(w.sub(gradients.of(w).scale(0.3f)));
    }
  }

  static Tensor logits(Tensor x, Tensor w1, Tensor w2) {
    return LinearOp.apply(LinearOp.apply(x, w1).map(Unary.RELU), w2); // [500, 10]
  }

  static Tensor images(Backend cpu, long seed) {
    float[] pixels = noise(seed, 500 * 15, 0.2f);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] += GLYPHS[LABELS[i / 15]] >> (14 - i % 15) & 1;
    }
    return Tensor.of(cpu, Shape.of(500, 15), pixels);
  }

  static float[] noise(long seed, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = deviation * RandomStream.of(seed).normal(i);
    }
    return values;
  }
}
