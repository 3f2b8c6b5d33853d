package dev.jacquard.tensor.examples;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;

class FitLine {
  static void main() {
    try (Backend cpu = Backends.cpu()) {
      Tensor x = Tensor.of(cpu, Shape.of(4, 1), 0, 1, 2, 3);
      Tensor y = Tensor.of(cpu, Shape.of(4, 1), 1, 3, 5, 7); // 2x + 1
      Tensor w = Tensor.zeros(cpu, Shape.of(1, 1)).trainable();
      Tensor b = Tensor.zeros(cpu, Shape.of(1)).trainable();
      for (int step = 0; step < 200; step++) {
        TensorScope.run("step", () -> descend(x, y, w, b)); // gives back what the step took
      }
      System.out.printf("y = %.2f x + %.2f%n", w.item(), b.item());
    }
  }

  static void descend(Tensor x, Tensor y, Tensor w, Tensor b) {
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () -> {
              Tensor error = x.matmul(w).add(b).sub(y); // [4, 1]
              return error.mul(error).mean();
            });
    Gradients gradients = tape.backward(loss);
    w.copyFrom(w.sub(gradients.of(w).scale(0.1f)));
    b.copyFrom(b.sub(gradients.of(b).scale(0.1f)));
  }
}
