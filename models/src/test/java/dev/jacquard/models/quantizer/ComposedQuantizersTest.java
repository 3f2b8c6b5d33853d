package dev.jacquard.models.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Quantizers made of quantizers: residual, multi-scale, product, shared index.
class ComposedQuantizersTest {
  private static final Path VAR = Path.of("../../shared/golden/var-vqvae");

  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private Tensor random(long seed, int n, int width) {
    float[] values = new float[n * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = RandomStream.of(seed).normal(i);
    }
    return Tensor.of(backend, Shape.of(n, width), values);
  }

  private VectorQuantizer book(int seed, int size, int dim) {
    VectorQuantizer book =
        new VectorQuantizer(
            Parameters.random(backend, seed), VectorQuantizer.Options.of(size, dim));
    Tensor codes = random(seed, size, dim);
    codes.narrow(0, 0, 1).copyFrom(Tensor.zeros(backend, Shape.of(1, dim))); // 0 is a code
    book.table().copyFrom(codes);
    return book;
  }

  // ---- residual ----

  @Test
  void stagesQuantiseWhatIsLeft() {
    List<RowQuantizer> books = List.of(book(1, 8, 3), book(2, 8, 3), book(3, 8, 3));
    Tensor z = random(9, 20, 3);
    double before = Double.POSITIVE_INFINITY;
    for (int stages = 1; stages <= 3; stages++) {
      ResidualQuantizer quantizer = new ResidualQuantizer(books.subList(0, stages), false);
      Quantized q = quantizer.quantize(z);
      assertThat(quantizer.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
      double left = squares(z.sub(q.values().detach()));
      assertThat(left).isLessThanOrEqualTo(before); // since 0 is a code
      before = left;
    }
    assertThat(before).isLessThan(.5 * squares(z));
  }

  private static double squares(Tensor x) {
    return x.backend().reduce().sumOfSquares(x.contiguous());
  }

  @Test
  void theGradientOfASumPassesOnce() {
    ResidualQuantizer quantizer =
        new ResidualQuantizer(List.of(book(1, 8, 3), book(2, 8, 3)), false);
    Tensor w = random(4, 5, 3);
    assertThat(Gradient.of(z -> quantizer.quantize(z).values(), random(9, 5, 3), w))
        .containsExactly(w.toFloats());
  }

  @Test
  void dropoutLeavesLastStagesOut() {
    ResidualQuantizer quantizer =
        new ResidualQuantizer(List.of(book(1, 8, 3), book(2, 8, 3), book(3, 8, 3)), true);
    Tensor z = random(9, 4, 3);
    List<Integer> used = new ArrayList<>();
    for (int step = 0; step < 30; step++) {
      Quantized q = quantizer.train(z, RandomStream.of(step));
      int[] indices = q.indices().toInts();
      used.add((int) IntStream.of(indices).limit(3).filter(i -> i >= 0).count());
      assertThat(quantizer.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
    }
    assertThat(used).contains(1, 2, 3);
  }

  // ---- product, shared ----

  @Test
  void aTupleLooksUpTheConcatenation() {
    VectorQuantizer first = book(1, 8, 2);
    VectorQuantizer second = book(2, 16, 3); // dual: another width
    ProductQuantizer quantizer = new ProductQuantizer(List.of(first, second));
    Tensor z = random(5, 7, 5);
    Quantized q = quantizer.quantize(z);
    assertThat(q.indices().shape()).isEqualTo(Shape.of(7, 2));
    Tensor left = first.quantize(z.narrow(1, 0, 2)).values();
    Tensor right = second.quantize(z.narrow(1, 2, 3)).values();
    assertThat(q.values().narrow(1, 0, 2).contiguous().toFloats()).containsExactly(left.toFloats());
    assertThat(q.values().narrow(1, 2, 3).contiguous().toFloats())
        .containsExactly(right.toFloats());
    assertThat(quantizer.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
    float mean =
        (first.quantize(z.narrow(1, 0, 2)).loss(Term.CODEBOOK).item()
                + second.quantize(z.narrow(1, 2, 3)).loss(Term.CODEBOOK).item())
            / 2;
    assertThat(q.loss(Term.CODEBOOK).item()).isCloseTo(mean, within(1e-6f));
  }

  @Test
  void theWeightDecidesWhichHalfChooses() {
    Tensor z = random(6, 40, 5);
    int[] bySemantic = shared(0).quantize(z).indices().toInts();
    int[] byPixel = shared(1e8f).quantize(z).indices().toInts();
    assertThat(bySemantic).containsExactly(halfChoice(z, 0, 2, "semantic.weight"));
    assertThat(byPixel).containsExactly(halfChoice(z, 2, 3, "pixel.weight"));
    SharedIndexQuantizer balanced = shared(1);
    Quantized q = balanced.quantize(z);
    assertThat(balanced.lookup(q.indices()).toFloats()).containsExactly(q.values().toFloats());
  }

  private SharedIndexQuantizer shared(float weight) {
    return new SharedIndexQuantizer(
        Parameters.random(backend, 8), new SharedIndexQuantizer.Options(12, 2, 3, weight, .25f));
  }

  private int[] halfChoice(Tensor z, int from, int width, String name) {
    Tensor codes = shared(1).parameters().named().get(name);
    VectorQuantizer alone =
        new VectorQuantizer(
            Parameters.random(backend, 1), VectorQuantizer.Options.of(12, width).normalized());
    alone.table().copyFrom(codes);
    return alone.quantize(z.narrow(1, from, width).contiguous()).indices().toInts();
  }

  // ---- multi-scale ----

  @Test
  void convolutionsOfScales() {
    assertThat(choices(10)).containsExactly(0, 0, 1, 1, 1, 2, 2, 3, 3, 3);
    assertThat(choices(9)).containsExactly(0, 0, 1, 1, 2, 2, 2, 3, 3);
    assertThat(choices(8)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
  }

  private static int[] choices(int scales) {
    return IntStream.range(0, scales)
        .map(s -> MultiScaleResidualQuantizer.phiOfScale(s, scales, 4))
        .toArray();
  }

  @Test
  void oneScaleWithoutConvolutionIsPlain() {
    MultiScaleResidualQuantizer multi =
        new MultiScaleResidualQuantizer(
            Parameters.random(backend, 1),
            new MultiScaleResidualQuantizer.Options(8, 3, List.of(4), 0, .25f));
    VectorQuantizer plain = book(1, 8, 3);
    multi.parameters().named().get("embedding.weight").copyFrom(plain.table());
    Tensor f = random(3, 2 * 3, 16).reshape(2, 3, 4, 4);
    Quantized q = multi.quantize(f);
    Quantized expected = plain.quantize(f);
    assertThat(q.indices().toInts()).containsExactly(expected.indices().toInts());
    assertThat(q.values().toFloats()).containsExactly(expected.values().toFloats());
    assertThat(q.loss().item()).isCloseTo(expected.loss().item(), within(1e-6f));
  }

  /// The authors' numbers for a whole pyramid, from the latents on.
  @Test
  void mapsOfTheReleasedCode() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(VAR), "no golden data beside the repository");
    try (Checkpoint model = SafetensorsReader.open(VAR.resolve("model.safetensors"));
        Checkpoint cases = SafetensorsReader.open(VAR.resolve("cases.safetensors"))) {
      List<Integer> sides = List.of(1, 2, 3, 4, 6);
      MultiScaleResidualQuantizer quantizer =
          new MultiScaleResidualQuantizer(
              Parameters.random(backend, 1),
              new MultiScaleResidualQuantizer.Options(64, 8, sides, 4, .25f));
      for (var entry : quantizer.parameters().named().entrySet()) {
        entry.getValue().copyFrom(model.tensor(backend, "quantize." + entry.getKey()));
      }
      Tensor f = cases.tensor(backend, "quant_conv.out");
      var scales = quantizer.scales(f);
      for (int s = 0; s < sides.size(); s++) {
        Tensor ids = cases.tensor(backend, "scale" + s + ".idx").to(DType.I32);
        assertThat(scales.indices().get(s).toInts()).containsExactly(ids.toInts());
        assertClose(scales.sums().get(s), cases.tensor(backend, "scale" + s + ".f_hat"), 9e-6f);
      }
      Quantized q = quantizer.quantize(f);
      assertThat(q.loss().item())
          .isCloseTo(cases.tensor(backend, "train.vq_loss").item(), within(8e-6f));
      assertClose(quantizer.lookup(q.indices()), q.values(), 1e-6f);
    }
  }

  private static void assertClose(Tensor actual, Tensor expected, float tolerance) {
    float[] a = actual.toFloats();
    float[] b = expected.toFloats();
    for (int i = 0; i < b.length; i++) {
      assertThat(a[i]).isCloseTo(b[i], within(tolerance));
    }
  }

  @Test
  void codesOfAllScalesLearn() {
    MultiScaleResidualQuantizer multi =
        new MultiScaleResidualQuantizer(
            Parameters.random(backend, 1),
            new MultiScaleResidualQuantizer.Options(8, 3, List.of(1, 2, 4), 2, .25f));
    Tensor f = random(3, 2 * 3, 16).reshape(2, 3, 4, 4).trainable();
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> multi.quantize(f).loss());
    var gradients = tape.backward(loss);
    assertThat(gradients.has(f)).isTrue();
    multi.parameters().named().forEach((name, p) -> assertThat(gradients.has(p)).as(name).isTrue());
  }
}
