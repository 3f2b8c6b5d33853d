package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.GumbelOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Training and generation give the same bits with 1, 2, 3 and 7 threads. The model is small, yet
/// its products, norms and losses are large enough to be shared out.
class LlamaDeterminismTest {
  private static final int[] THREADS = {1, 2, 3, 7};
  private static final int BATCH = 4;
  private static final int LENGTH = 96;
  private static final LlamaConfig CONFIG = LlamaConfig.of(128, 2, 4, 344, 320, LENGTH);

  @Test
  void trainingGivesTheSameBits() {
    List<float[]> first = null;
    for (int threads : THREADS) {
      try (Backend backend = Backends.byName("cpu", threads)) {
        List<float[]> trained = train(backend);
        first = first == null ? trained : first;
        for (int i = 0; i < trained.size(); i++) {
          assertThat(trained.get(i))
              .as("%d threads, tensor %d", threads, i)
              .isEqualTo(first.get(i));
        }
      }
    }
  }

  @Test
  void generationDrawsTheSameTokens() {
    int[] first = null;
    for (int threads : THREADS) {
      try (Backend backend = Backends.byName("cpu", threads)) {
        int[] drawn = TensorScope.call("generate", () -> generate(backend));
        first = first == null ? drawn : first;
        assertThat(drawn).as("%d threads", threads).isEqualTo(first);
      }
    }
    assertThat(IntStream.of(first).distinct().count()).isGreaterThan(5);
  }

  /// Two steps.
  ///
  /// @return losses, gradient norms and parameters
  private static List<float[]> train(Backend backend) {
    LlamaModel model = new LlamaModel(CONFIG, Parameters.random(backend, 5));
    var named = model.parameters().named();
    AdamW adam = new AdamW(AdamW.decayMatricesOnly(named, 0.1f), AdamW.Betas.LLAMA);
    Tensor ids = tokens(backend, 1, BATCH, LENGTH);
    Tensor labels = tokens(backend, 2, BATCH, LENGTH);
    List<float[]> results = new ArrayList<>();
    for (int step = 0; step < 2; step++) {
      TensorScope.run(
          "step",
          () -> {
            Tape tape = new Tape();
            Tensor loss = tape.call(() -> model.loss(ids, labels));
            Gradients gradients = tape.backward(loss);
            double norm = GradientNorm.of(named.values(), gradients);
            float rest = (float) (norm - (float) norm); // the bits that f32 cuts off
            results.add(new float[] {loss.item(), (float) norm, rest});
            adam.step(gradients, 1e-2, GradientNorm.clipFactor(norm, 1));
          });
    }
    named.values().forEach(p -> results.add(p.toFloats()));
    return results;
  }

  /// A prompt, then one token after the other from the cache.
  private static int[] generate(Backend backend) {
    LlamaModel model = new LlamaModel(CONFIG, Parameters.random(backend, 5));
    KvCache cache = model.newCache(BATCH, LENGTH);
    RandomStream random = RandomStream.of(9);
    Tensor next = tokens(backend, 3, BATCH, LENGTH / 2);
    int[] drawn = new int[16 * BATCH];
    for (int i = 0; i < 16; i++) {
      Tensor logits = model.nextLogits(next, cache); // [B, V]
      int[] tokens = GumbelOp.sample(logits, random.split(i)).toInts();
      System.arraycopy(tokens, 0, drawn, i * BATCH, BATCH);
      next = Tensor.ofInts(backend, Shape.of(BATCH, 1), tokens);
    }
    return drawn;
  }

  private static Tensor tokens(Backend backend, long stream, int batch, int length) {
    RandomStream random = RandomStream.of(7).split(stream);
    int[] ids =
        IntStream.range(0, batch * length).map(i -> random.below(i, CONFIG.vocabSize())).toArray();
    return Tensor.ofInts(backend, Shape.of(batch, length), ids);
  }
}
