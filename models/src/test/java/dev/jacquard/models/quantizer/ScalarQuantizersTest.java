package dev.jacquard.models.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.GradCheck;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Quantizers without a table: rounding, signs, signs on the sphere.
class ScalarQuantizersTest {
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private Tensor rows(int width, float... values) {
    return Tensor.of(backend, Shape.of(values.length / width, width), values);
  }

  private Tensor random(long seed, int n, int width) {
    float[] values = new float[n * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = RandomStream.of(seed).normal(i);
    }
    return rows(width, values);
  }

  private Tensor all(int size) {
    return Tensor.ofInts(backend, Shape.of(size), IntStream.range(0, size).toArray());
  }

  // ---- finite scalars ----

  @Test
  void digitsOfEightAndFiveLevels() {
    FiniteScalarQuantizer eight = new FiniteScalarQuantizer(8);
    float inf = 1e30f;
    assertThat(eight.quantize(rows(1, -1, 0, 1, -inf, inf)).indices().toInts())
        .containsExactly(1, 4, 6, 0, 7);
    FiniteScalarQuantizer five = new FiniteScalarQuantizer(5);
    assertThat(five.quantize(rows(1, -1, -.2f, 1, -inf, inf)).indices().toInts())
        .containsExactly(0, 2, 4, 0, 4);
  }

  @Test
  void slopesAtZero() {
    float[] eight = Gradient.of(new FiniteScalarQuantizer(8)::bounded, rows(1, 0), rows(1, 1));
    assertThat(eight[0]).isCloseTo(3.43214f, within(1e-5f));
    float[] five = Gradient.of(new FiniteScalarQuantizer(5)::bounded, rows(1, 0), rows(1, 1));
    assertThat(five[0]).isCloseTo(2.00200f, within(1e-5f));
    FiniteScalarQuantizer both = new FiniteScalarQuantizer(8, 5);
    float[] values = Gradient.of(z -> both.quantize(z).values(), rows(2, 0, 0), rows(2, 1, 1));
    assertThat(values[0]).isCloseTo(3.43214f / 4, within(1e-5f));
    assertThat(values[1]).isCloseTo(2.00200f / 2, within(1e-5f));
    GradCheck.standard().check(x -> both.bounded(x[0]), random(1, 6, 2));
  }

  @Test
  void theCodebookOf64000() {
    FiniteScalarQuantizer quantizer = new FiniteScalarQuantizer(8, 8, 8, 5, 5, 5);
    assertThat(quantizer.codebookSize()).isEqualTo(64_000);
    assertThat(quantizer.lookup(Tensor.ofInts(backend, Shape.of(1), 32_036)).toFloats())
        .containsOnly(0);
    Tensor codes = quantizer.lookup(all(64_000)); // [K, 6]
    float[] values = codes.toFloats();
    float[] z = new float[values.length]; // latents that round to these codes
    int[] levels = {8, 8, 8, 5, 5, 5};
    for (int i = 0; i < z.length; i++) {
      int half = levels[i % 6] / 2;
      double h = (levels[i % 6] - 1) * 1.001 / 2;
      double o = levels[i % 6] % 2 == 0 ? .5 : 0;
      double t = (values[i] * half + o) / h;
      z[i] = (float) (.5 * Math.log((1 + t) / (1 - t)) - .5 * Math.log((1 + o / h) / (1 - o / h)));
    }
    Quantized again = quantizer.quantize(rows(6, z));
    assertThat(again.indices().toInts()).containsExactly(all(64_000).toInts());
    assertThat(again.values().toFloats()).containsExactly(values);
  }

  @Test
  void levelsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new FiniteScalarQuantizer(4, 1)).hasMessageContaining("[4, 1]");
    assertThatThrownBy(() -> new FiniteScalarQuantizer(65536, 65536)).hasMessageContaining("2^31");
  }

  // ---- signs ----

  @Test
  void lookupFreeExample() {
    LookupFreeQuantizer quantizer =
        new LookupFreeQuantizer(new LookupFreeQuantizer.Options(1, 2, .25f, 1, 1));
    Tensor z = rows(2, .5f, -.2f);
    Quantized q = quantizer.quantize(z);
    assertThat(q.indices().toInts()).containsExactly(1);
    assertThat(q.values().toFloats()).containsExactly(1, -1);
    assertThat(quantizer.entropy(z).sample().item()).isCloseTo(.98446f, within(1e-5f));
    // one sample only, so the entropy of the average over all codes is the same
    assertThat(quantizer.entropy(z).average().item()).isCloseTo(.98446f, within(5e-5f));
    assertThat(Gradient.of(x -> quantizer.quantize(x).values(), z, rows(2, 3, -4)))
        .containsExactly(3, -4);
    assertThat(quantizer.quantize(rows(2, 0, 0)).values().toFloats()).containsExactly(-1, -1);
  }

  @Test
  void entropyByBitsIsTheEntropyOverAllCodes() {
    int bits = 6;
    LookupFreeQuantizer quantizer =
        new LookupFreeQuantizer(new LookupFreeQuantizer.Options(1, bits, .25f, 1, 1.3f));
    Tensor z = random(2, 5, bits).scale(.3f);
    Tensor logits = new BitCodes(1, bits, true).logits(z, 0, 2 / 1.3f);
    assertThat(quantizer.entropy(z).sample().item())
        .isCloseTo(EntropyLoss.of(logits, 1).sample().item(), within(1e-5f));
    GradCheck.standard().check(x -> quantizer.entropy(x[0]).loss(), z);
  }

  @Test
  void evenUseOfAllCodesReachesTheBound() {
    LookupFreeQuantizer quantizer = new LookupFreeQuantizer(LookupFreeQuantizer.Options.of(4));
    Tensor all = quantizer.lookup(all(16));
    assertThat(quantizer.entropy(all).loss().item())
        .isCloseTo((float) -Math.log(16), within(1e-3f));
  }

  @Test
  void indicesOfSignsRoundTrip() {
    LookupFreeQuantizer free =
        new LookupFreeQuantizer(new LookupFreeQuantizer.Options(1, 10, .25f, 0, 1));
    assertThat(free.quantize(free.lookup(all(1024))).indices().toInts())
        .containsExactly(all(1024).toInts());
    LookupFreeQuantizer two =
        new LookupFreeQuantizer(new LookupFreeQuantizer.Options(2, 9, .25f, 0, 1));
    Tensor z = random(3, 4, 18);
    Quantized q = two.quantize(z);
    assertThat(q.indices().shape()).isEqualTo(Shape.of(4, 2));
    assertThat(two.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
    assertThatThrownBy(
            () -> new LookupFreeQuantizer(LookupFreeQuantizer.Options.of(18)).quantize(z))
        .hasMessageContaining("18 bits");
  }

  // ---- signs on the sphere ----

  @Test
  void sphericalExample() {
    BinarySphericalQuantizer quantizer =
        new BinarySphericalQuantizer(
            new BinarySphericalQuantizer.Options(1, 4, false, .25f, 1, 1, 1, 1));
    Tensor u = rows(4, .5f, .5f, -.5f, .5f);
    Quantized q = quantizer.quantize(u);
    assertThat(q.indices().toInts()).containsExactly(13);
    assertThat(q.values().toFloats()).containsExactly(.5f, .5f, -.5f, .5f);
    assertThat(quantizer.entropy(u).sample().item()).isCloseTo(2.32881f, within(1e-5f));
    assertThat(Gradient.of(x -> quantizer.quantize(x).values(), u, rows(4, 1, 2, 3, 4)))
        .containsExactly(.5f, 1, 1.5f, 2); // scaled by 1/√4
    GradCheck.standard().check(x -> quantizer.entropy(x[0]).loss(), random(4, 3, 4));
  }

  @Test
  void theCommitmentSumsOverChannels() {
    BinarySphericalQuantizer quantizer =
        new BinarySphericalQuantizer(BinarySphericalQuantizer.Options.of(1, 4));
    Tensor z = rows(4, 1, 0, 0, 0); // q = (.5, -.5, -.5, -.5), |q - u|² = .25 · 4
    assertThat(quantizer.quantize(z).loss(Term.COMMITMENT).item()).isCloseTo(.25f, within(1e-6f));
  }

  @Test
  void sphericalIndicesRoundTripInGroups() {
    BinarySphericalQuantizer quantizer =
        new BinarySphericalQuantizer(BinarySphericalQuantizer.Options.of(2, 9));
    Quantized q = quantizer.quantize(random(5, 6, 18));
    assertThat(q.indices().shape()).isEqualTo(Shape.of(6, 2));
    assertThat(quantizer.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
  }
}
