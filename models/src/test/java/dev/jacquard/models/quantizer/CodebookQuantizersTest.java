package dev.jacquard.models.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.models.quantizer.VectorQuantizer.Path;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.GradCheck;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Codebooks: nearest codes, gradients past the search, running means, soft decisions, usage.
class CodebookQuantizersTest {
  private static final Offset<Float> CLOSE = within(1e-5f);
  private static final RandomStream RANDOM = RandomStream.of(7);

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

  private Tensor random(String name, int n, int width) {
    float[] values = new float[n * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = RANDOM.split(name).normal(i);
    }
    return rows(width, values);
  }

  private VectorQuantizer quantizer(VectorQuantizer.Options options, Tensor codes) {
    VectorQuantizer quantizer = new VectorQuantizer(Parameters.random(backend, 1), options);
    quantizer.table().copyFrom(codes);
    return quantizer;
  }

  private static void assertClose(float[] actual, float... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("element " + i).isCloseTo(expected[i], CLOSE);
    }
  }

  @Test
  void normalisedExample() {
    VectorQuantizer quantizer =
        quantizer(VectorQuantizer.Options.of(3, 2).normalized(), rows(2, 1, 0, 0, 1, -1, 0));
    Tensor z = rows(2, 3, 4);
    Quantized quantized = quantizer.quantize(z);
    assertThat(quantized.indices().toInts()).containsExactly(1);
    assertClose(quantized.values().toFloats(), 0, 1);
    assertThat(quantized.loss(Term.CODEBOOK).item()).isCloseTo(.2f, CLOSE);
    assertThat(quantized.loss(Term.COMMITMENT).item()).isCloseTo(.05f, CLOSE);
    float[] dz = Gradient.of(x -> quantizer.quantize(x).loss(Term.COMMITMENT), z);
    assertClose(dz, .024f, -.018f);
  }

  @Test
  void theNearestCodeIsFoundAndTiesGoToTheFirst() {
    Tensor codes = rows(1, -1, 1, 1, 3);
    assertThat(NearestCode.indices(rows(1, 0, .1f, 2, 5, 1), codes).toInts())
        .containsExactly(0, 1, 1, 3, 1);
  }

  @Test
  void manyRowsAreSearchedInPieces() {
    Tensor codes = random("codes", 70_000, 2);
    Tensor z = random("z", 130, 2);
    int[] found = NearestCode.indices(z, codes).toInts();
    float[] e = codes.toFloats();
    float[] x = z.toFloats();
    for (int i : new int[] {0, 58, 59, 60, 119, 129}) { // around the ends of pieces
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 70_000; k++) {
        double d = Math.hypot(x[2 * i] - e[2 * k], x[2 * i + 1] - e[2 * k + 1]);
        if (d < least) {
          least = d;
          best = k;
        }
      }
      double off = Math.hypot(x[2 * i] - e[2 * found[i]], x[2 * i + 1] - e[2 * found[i] + 1]);
      assertThat(off).as("row %d: %d or %d", i, found[i], best).isCloseTo(least, within(1e-4));
    }
  }

  @Test
  void aGradientPassesStraightAndLeavesTheCodesAlone() {
    VectorQuantizer quantizer = quantizer(VectorQuantizer.Options.of(5, 3), random("e", 5, 3));
    Tensor z = random("z", 4, 3).trainable();
    Tensor w = random("w", 4, 3);
    Tape tape = new Tape();
    Tensor q = tape.call(() -> quantizer.quantize(z).values());
    assertClose(q.toFloats(), quantizer.lookup(quantizer.quantize(z).indices()).toFloats());
    Gradients gradients = tape.backward(q, w);
    assertClose(gradients.of(z).toFloats(), w.toFloats());
    assertThat(gradients.has(quantizer.table())).isFalse();
  }

  @Test
  void normalisationIsPartOfTheGradient() {
    VectorQuantizer quantizer =
        quantizer(VectorQuantizer.Options.of(5, 3).normalized(), random("e", 5, 3));
    Tensor z = random("z", 4, 3);
    Tensor w = random("w", 4, 3);
    float[] expected = Gradient.of(x -> NormalizeOp.apply(x, 1, 1e-12f), z, w);
    assertClose(Gradient.of(x -> quantizer.quantize(x).values(), z, w), expected);
    GradCheck.standard().check(x -> NormalizeOp.apply(x[0], 1, 1e-12f), z);
  }

  @Test
  void rotationExample() {
    Tensor z = rows(2, 3, 4);
    Tensor q = rows(2, 0, 2);
    assertClose(RotationTrick.apply(z, q).toFloats(), 0, 2);
    assertClose(Gradient.of(x -> RotationTrick.apply(x, q), z, rows(2, 1, 0)), .32f, -.24f);
  }

  /// The gradients of unit vectors are the rows of `λR`: orthogonal, of length `λ`, `R u = h`.
  @Test
  void theRotationIsOrthogonal() {
    Tensor z = rows(3, 1, 2, -1);
    Tensor q = rows(3, -.5f, 1, .3f);
    double scale = Math.sqrt(.25 + 1 + .09) / Math.sqrt(6);
    float[][] r = new float[3][];
    for (int i = 0; i < 3; i++) {
      float[] unit = new float[3];
      unit[i] = 1;
      r[i] = Gradient.of(x -> RotationTrick.apply(x, q), z, rows(3, unit));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(dot(r[i], z.toFloats())).isCloseTo(q.toFloats()[i], within(1e-5));
      for (int j = 0; j < 3; j++) {
        assertThat(dot(r[i], r[j])).isCloseTo(i == j ? scale * scale : 0, within(1e-6));
      }
    }
    VectorQuantizer.Options options = VectorQuantizer.Options.of(1, 3).withPath(Path.ROTATED);
    float[] through =
        Gradient.of(x -> quantizer(options, q).quantize(x).values(), z, rows(3, 1, 0, 0));
    assertClose(through, r[0]);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void gridsAreQuantisedPositionByPosition() {
    VectorQuantizer quantizer = quantizer(VectorQuantizer.Options.of(5, 3), random("e", 5, 3));
    Tensor grid = random("grid", 2 * 3 * 4, 5).reshape(2, 3, 4, 5);
    Quantized quantized = quantizer.quantize(grid);
    assertThat(quantized.indices().shape()).isEqualTo(Shape.of(2, 4, 5));
    assertThat(quantized.values().shape()).isEqualTo(grid.shape());
    Tensor looked = quantizer.lookup(quantized.indices());
    assertThat(looked.toFloats()).containsExactly(quantized.values().toFloats());
    Tensor last = grid.permute(0, 2, 3, 1).reshape(-1, 3);
    assertThat(quantizer.quantize(last).indices().toInts())
        .containsExactly(quantized.indices().toInts());
  }

  // ---- running means ----

  private MovingAverageQuantizer moving(double decay, double eps, double restartBelow) {
    return new MovingAverageQuantizer(
        Parameters.random(backend, 1),
        new MovingAverageQuantizer.Options(3, 1, decay, eps, .25f, restartBelow));
  }

  @Test
  void withoutDecayCodesAreTheMeansOfTheirLatents() {
    MovingAverageQuantizer quantizer = moving(0, 0, 0);
    quantizer.table().copyFrom(0, 10, 20);
    Quantized before = quantizer.train(rows(1, 1, 2, 11, 19, 21, 23), RANDOM);
    assertClose(before.values().toFloats(), 0, 0, 10, 20, 20, 20); // old codes
    assertClose(quantizer.table().toFloats(), 1.5f, 11, 21);
    assertClose(quantizer.counts().toFloats(), 2, 1, 3);
  }

  @Test
  void runningMeansFollowTheirFormula() {
    double g = .9;
    MovingAverageQuantizer quantizer = moving(g, 0, 0);
    quantizer.start(rows(1, 0, 0, 10, 20), RANDOM);
    float[] start = quantizer.table().toFloats();
    float[] counts = quantizer.counts().toFloats();
    int low = start[0] < 5 ? 0 : start[1] < 5 ? 1 : 2; // the code at 0, which stands for two
    assertThat(counts[low]).isEqualTo(2);
    int steps = 5;
    for (int t = 0; t < steps; t++) {
      quantizer.train(rows(1, 1, 2, 3, 11, 21), RANDOM);
    }
    double kept = Math.pow(g, steps);
    double n = kept * 2 + (1 - kept) * 3;
    double m = kept * 0 + (1 - kept) * 6;
    assertThat((double) quantizer.table().toFloats()[low]).isCloseTo(m / n, within(1e-6));
  }

  @Test
  void smoothingKeepsTheTotal() {
    MovingAverageQuantizer quantizer = moving(0, 0.5, 0);
    quantizer.table().copyFrom(0, 10, 20);
    quantizer.train(rows(1, 1, 1, 11, 21), RANDOM);
    // e = m / Ñ with Ñ = (n + ½) / (4 + 3/2) · 4, so Σ m/e = Σ Ñ = 4
    float[] e = quantizer.table().toFloats();
    assertThat(2 / e[0] + 11 / e[1] + 21 / e[2]).isCloseTo(4f, within(1e-4f));
    assertThat(e[0]).isCloseTo((float) (2 / (2.5 / 5.5 * 4)), CLOSE);
  }

  @Test
  void deadCodesAreRestarted() {
    MovingAverageQuantizer.Options options = MovingAverageQuantizer.Options.of(16, 2);
    MovingAverageQuantizer quantizer =
        new MovingAverageQuantizer(Parameters.random(backend, 1), options);
    quantizer.table().copyFrom(new float[32]); // collapsed: all codes equal
    double first = 0;
    double last = 0;
    for (int step = 0; step < 5; step++) {
      CodeUsage usage = new CodeUsage(16, 256);
      Quantized q = quantizer.train(random("step" + step, 256, 2), RANDOM.split(step));
      usage.add(q.indices().toInts());
      first = step == 0 ? usage.perplexity() : first;
      last = usage.perplexity();
    }
    assertThat(first).isCloseTo(1, within(1e-9));
    assertThat(last).isGreaterThan(8);
  }

  // ---- soft decisions ----

  @Test
  void backpropagationThroughIndices() {
    IndexBackpropagationQuantizer quantizer =
        new IndexBackpropagationQuantizer(
            Parameters.random(backend, 3), IndexBackpropagationQuantizer.Options.of(6, 3));
    Tensor e = quantizer.parameters().named().values().iterator().next();
    Tensor z = random("z", 2, 3).trainable();
    Tensor g = random("g", 2, 3);
    Tape tape = new Tape();
    Tensor q = tape.call(() -> quantizer.quantize(z).values());
    assertClose(q.toFloats(), quantizer.lookup(quantizer.quantize(z).indices()).toFloats());
    Gradients gradients = tape.backward(q, g);
    assertClose(gradients.of(z).toFloats(), covarianceTimes(e, z, g));
    float[] de = gradients.of(e).toFloats();
    for (int k = 0; k < 6; k++) { // every code learns
      assertThat(Math.abs(de[3 * k]) + Math.abs(de[3 * k + 1])).as("code " + k).isPositive();
    }
    // the surrogate without its constant: (p E), whose gradient to z is the same
    GradCheck.standard()
        .check(x -> SoftmaxOp.apply(x[0].matmul(x[1].transpose(0, 1))).matmul(x[1]), z, e);
  }

  /// `(Σ p e eᵀ - c cᵀ) g` in plain loops.
  private static float[] covarianceTimes(Tensor codes, Tensor latents, Tensor upstream) {
    float[] e = codes.toFloats();
    float[] z = latents.toFloats();
    float[] g = upstream.toFloats();
    float[] dz = new float[z.length];
    for (int row = 0; row < z.length / 3; row++) {
      double[] p = new double[e.length / 3];
      double total = 0;
      for (int k = 0; k < p.length; k++) {
        for (int c = 0; c < 3; c++) {
          p[k] += z[3 * row + c] * e[3 * k + c];
        }
        p[k] = Math.exp(p[k]);
        total += p[k];
      }
      double[] mean = new double[3];
      for (int k = 0; k < p.length; k++) {
        p[k] /= total;
        for (int c = 0; c < 3; c++) {
          mean[c] += p[k] * e[3 * k + c];
        }
      }
      for (int k = 0; k < p.length; k++) {
        double along = 0;
        for (int c = 0; c < 3; c++) {
          along += (e[3 * k + c] - mean[c]) * g[3 * row + c];
        }
        for (int c = 0; c < 3; c++) {
          dz[3 * row + c] += (float) (p[k] * along * e[3 * k + c]);
        }
      }
    }
    return dz;
  }

  @Test
  void certainDecisionsPassNoGradientToLatents() {
    IndexBackpropagationQuantizer quantizer =
        new IndexBackpropagationQuantizer(
            Parameters.random(backend, 3), IndexBackpropagationQuantizer.Options.of(6, 3));
    Tensor far = random("z", 2, 3).scale(1000);
    assertClose(
        Gradient.of(x -> quantizer.quantize(x).values(), far, random("g", 2, 3)), new float[6]);
  }

  @Test
  void entropyLossReachesItsBounds() {
    Tensor even = rows(3, 9, 0, 0, 0, 9, 0, 0, 0, 9).scale(10);
    assertThat(EntropyLoss.of(even, 0.1f).loss().item())
        .isCloseTo((float) -Math.log(3), within(1e-4f));
    Tensor alike = rows(3, 1, 2, 3, 1, 2, 3);
    assertThat(EntropyLoss.of(alike, 1).loss().item()).isCloseTo(0, within(1e-4f));
    GradCheck.standard().check(x -> EntropyLoss.of(x[0], .7f).loss(), random("l", 4, 5));
  }

  @Test
  void theEntropyLossOfACodebookIsThatOfItsDistances() {
    VectorQuantizer quantizer =
        quantizer(VectorQuantizer.Options.of(5, 3).withEntropy(.1f), random("e", 5, 3).scale(.1f));
    Tensor z = random("z", 4, 3).scale(.1f);
    float[] distances = new float[20];
    for (int i = 0; i < 20; i++) {
      for (int c = 0; c < 3; c++) {
        float d = z.toFloats()[i / 5 * 3 + c] - quantizer.table().toFloats()[i % 5 * 3 + c];
        distances[i] -= d * d;
      }
    }
    float expected = .1f * EntropyLoss.of(rows(5, distances), .01f).loss().item();
    assertThat(quantizer.quantize(z).loss(Term.ENTROPY).item()).isCloseTo(expected, CLOSE);
    GradCheck.standard()
        .tolerance(1e-6) // temperature 0.01 makes high derivatives large
        .check(
            x ->
                EntropyLoss.of(x[0].matmul(x[1].transpose(0, 1)).scale(2), .01f).loss().scale(.01f),
            z,
            quantizer.table());
  }

  // ---- usage ----

  @Test
  void usageForgetsWhatFallsOutOfItsWindow() {
    CodeUsage usage = new CodeUsage(4, 3);
    usage.add(0, 0, 1);
    assertThat(usage.share()).isEqualTo(.5);
    assertThat(usage.perplexity())
        .isCloseTo(Math.exp(Math.log(3) - 2. / 3 * Math.log(2)), within(1e-12));
    usage.add(2, 3);
    assertThat(usage.used()).isEqualTo(3);
    assertThat(usage.dead()).containsExactly(true, false, false, false);
    assertThat(usage.perplexity()).isCloseTo(3, within(1e-12));
  }

  @Test
  void expectedUsageOfEvenCodes() {
    double[] expected = {1.000, .9997, .9817, .8646, .632, .221};
    int[] sizes = {4096, 8192, 16384, 32768, 65536, 262144};
    for (int i = 0; i < sizes.length; i++) {
      assertThat(CodeUsage.expectedShare(sizes[i], 65536))
          .isCloseTo(expected[i], within(i < 4 ? 1e-4 : 1e-3));
    }
  }

  /// Codes of length 1 spread better than plain ones that start near 0.
  @Test
  void normalisedCodesAreUsedMoreThanPlainOnes() {
    double plain = share(VectorQuantizer.Options.of(64, 4));
    double normalized = share(VectorQuantizer.Options.of(64, 4).normalized());
    assertThat(normalized).isGreaterThan(.5).isGreaterThan(2 * plain);
  }

  private double share(VectorQuantizer.Options options) {
    VectorQuantizer quantizer = new VectorQuantizer(Parameters.random(backend, 5), options);
    Tensor z = random("latents", 512, 4).add(rows(4, 2, 1, 0, 0)); // off centre, as latents are
    for (int step = 0; step < 30; step++) {
      Tape tape = new Tape();
      Tensor loss = tape.call(() -> quantizer.quantize(z).loss(Term.CODEBOOK));
      Tensor gradient = tape.backward(loss).of(quantizer.table());
      quantizer.table().copyFrom(quantizer.table().detach().sub(gradient.scale(2)));
    }
    CodeUsage usage = new CodeUsage(64, 512);
    usage.add(quantizer.quantize(z).indices().toInts());
    assertThat(Arrays.stream(quantizer.quantize(z).indices().toInts()).max().orElse(0))
        .isLessThan(64);
    return usage.share();
  }
}
