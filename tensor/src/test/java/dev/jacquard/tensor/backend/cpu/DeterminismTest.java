package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.backend.OptimizerKernels.AdamWStep;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.AmaxOp;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.AveragePool2dOp;
import dev.jacquard.tensor.op.BatchNormOp;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.op.Conv1dOp;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.ConvTranspose2dOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.CumprodOp;
import dev.jacquard.tensor.op.CumsumOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.FourierOp;
import dev.jacquard.tensor.op.GatherOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.GumbelOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.op.LinearAttentionOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.LogSumExpOp;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.op.RotaryOp;
import dev.jacquard.tensor.op.ScatterOp;
import dev.jacquard.tensor.op.SearchSortedOp;
import dev.jacquard.tensor.op.SelectiveScanOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.op.SortOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.op.SwiGluOp;
import dev.jacquard.tensor.op.VarianceOp;
import dev.jacquard.tensor.op.WhereOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The same bits for 1, 2, 3 and 7 threads, forward and backward, of every group of kernels, in
/// sizes that are really shared: each pass must have offered a loop to all threads, else the case
/// proves nothing and fails. (Small and odd sizes: the conformance suite.)
class DeterminismTest {
  private static final List<CpuBackend> BACKENDS =
      Arrays.stream(Lab.THREADS).mapToObj(CpuBackend::new).toList();
  private static final ConvolutionGeometry SAME = ConvolutionGeometry.of(1, 1);

  @AfterAll
  static void close() {
    BACKENDS.forEach(CpuBackend::close);
  }

  /// An operator with shapes of its trainable inputs.
  private record Case(String name, Function<Tensor[], Tensor> op, Shape... inputs) {}

  private static Case of(String name, Function<Tensor[], Tensor> op, long[]... inputs) {
    return new Case(name, op, Stream.of(inputs).map(Shape::of).toArray(Shape[]::new));
  }

  private static long[] size(long... sizes) {
    return sizes;
  }

  @TestFactory
  Stream<DynamicTest> differentiable() {
    return Stream.of(
            elementwise(), reductions(), norms(), products(), convolutions(), attention(), others())
        .flatMap(List::stream)
        .map(c -> dynamicTest(c.name, () -> requireSameBits(c)));
  }

  private static List<Case> elementwise() {
    long[] x = size(301, 701);
    return List.of(
        of("mul", v -> v[0].mul(v[1]), x, size(701)),
        of("div by a column", v -> v[0].div(v[1]), x, size(301, 1)),
        of("gelu", v -> v[0].map(Unary.GELU), x),
        of("exp of a transposed view", v -> v[0].transpose(0, 1).map(Unary.EXP), x),
        of("scale", v -> v[0].scale(0.3f), x),
        of("clamp", v -> ClampOp.apply(v[0], -0.5f, 0.7f), x),
        of("where", v -> WhereOp.apply(v[0].detach(), v[0], v[1]), x, x),
        of("swiGlu", v -> SwiGluOp.apply(v[0], v[1]), x, x));
  }

  private static List<Case> reductions() {
    long[] x = size(97, 41, 67);
    return List.of(
        of("sum of all", v -> v[0].map(Unary.SQUARE).sum(), x),
        of("sum of rows", v -> SumOp.apply(v[0].map(Unary.SQUARE), 2), x),
        of("sum of columns", v -> SumOp.apply(v[0].map(Unary.SQUARE), 0), x),
        of("sum between", v -> SumOp.apply(v[0].map(Unary.SQUARE), 1), x),
        of("sum around", v -> SumOp.apply(v[0].map(Unary.SQUARE), 0, 2), x),
        of("amax", v -> AmaxOp.apply(v[0], 0, 1), x),
        of("variance", v -> VarianceOp.apply(v[0], 1, 0, 2), x));
  }

  private static List<Case> norms() {
    long[] rows = size(613, 333);
    long[] images = size(5, 24, 49, 51);
    return List.of(
        of("rmsNorm", v -> RmsNormOp.apply(v[0], v[1], 1e-5f), rows, size(333)),
        of(
            "layerNorm",
            v -> LayerNormOp.apply(v[0], v[1], v[2], 1e-5f),
            rows,
            size(333),
            size(333)),
        of(
            "groupNorm",
            v -> GroupNormOp.apply(v[0], 8, v[1], v[2], 1e-5f),
            images,
            size(24),
            size(24)),
        of(
            "batchNorm",
            v -> BatchNormOp.train(v[0], v[1], v[2], 1e-5f),
            images,
            size(24),
            size(24)),
        of("softmax", v -> SoftmaxOp.apply(v[0]), rows),
        of("softmax of columns", v -> SoftmaxOp.apply(v[0], 0), rows),
        of("logSumExp", v -> LogSumExpOp.apply(v[0], 1), rows),
        of("crossEntropy", v -> CrossEntropyOp.apply(v[0], ids(v[0], 613, 333)), rows));
  }

  private static List<Case> products() {
    return List.of(
        of("matmul", v -> v[0].matmul(v[1]), size(333, 201), size(201, 197)),
        of(
            "matmul of views",
            v -> v[0].transpose(0, 1).matmul(v[1].transpose(0, 1)),
            size(333, 201),
            size(197, 333)),
        of("batched matmul", v -> v[0].matmul(v[1]), size(12, 65, 67), size(12, 67, 33)),
        of("shared matmul", v -> v[0].matmul(v[1]), size(12, 65, 67), size(67, 133)),
        of("long inner matmul", v -> v[0].matmul(v[1]), size(235, 2001), size(2001, 97)),
        of("linear of one row", v -> LinearOp.apply(v[0], v[1]), size(1, 801), size(903, 801)),
        of("linear of 8 rows", v -> LinearOp.apply(v[0], v[1]), size(8, 801), size(903, 801)),
        of("linear", v -> LinearOp.apply(v[0], v[1]), size(517, 203), size(301, 203)),
        of("fourier", v -> FourierOp.real(v[0]), size(301, 1001)));
  }

  private static List<Case> convolutions() {
    long[] images = size(3, 20, 37, 41);
    ConvolutionGeometry strided = ConvolutionGeometry.of(2, 1);
    return List.of(
        of("conv 3x3", v -> conv(v, SAME), images, size(28, 20, 3, 3), size(28)),
        of("conv 1x1", v -> conv(v, ConvolutionGeometry.PLAIN), images, size(28, 20, 1, 1)),
        of("conv of stride 2", v -> conv(v, strided), images, size(28, 20, 3, 3), size(28)),
        of("conv of groups", v -> conv(v, SAME.withGroups(4)), images, size(28, 5, 3, 3)),
        of("conv by channel", v -> conv(v, SAME.withGroups(20)), images, size(20, 1, 3, 3)),
        of(
            "conv dilated",
            v -> conv(v, ConvolutionGeometry.of(1, 2).withDilation(2, 2)),
            images,
            size(28, 20, 3, 3)),
        of(
            "conv transposed",
            v -> ConvTranspose2dOp.apply(v[0], v[1], v[2], strided),
            images,
            size(20, 12, 4, 4),
            size(12)),
        of(
            "conv1d",
            v -> Conv1dOp.apply(v[0], v[1], null, 1, 3, 0, 1, 1),
            size(3, 20, 1501),
            size(28, 20, 4)),
        of("resize", v -> ResizeOp.apply(v[0], Interpolation.CUBIC, 61, 83), images),
        of(
            "averagePool",
            v -> AveragePool2dOp.apply(v[0], 3, 3, ConvolutionGeometry.of(2, 1)),
            images));
  }

  private static Tensor conv(Tensor[] v, ConvolutionGeometry g) {
    return Conv2dOp.apply(v[0], v[1], v.length > 2 ? v[2] : null, g);
  }

  private static List<Case> attention() {
    long[] q = size(2, 131, 6, 24);
    long[] k = size(2, 131, 2, 24);
    int[] blocks = {1, 4, 16, 25, 36, 49};
    return List.of(
        of("attention", v -> attend(v, AttentionMask.full(131, 131)), q, k, k),
        of("causal attention", v -> attend(v, AttentionMask.causal(131, 131)), q, k, k),
        of("prefix attention", v -> attend(v, AttentionMask.prefix(131, 131, 40)), q, k, k),
        of("block-causal attention", v -> attend(v, AttentionMask.blockCausal(blocks)), q, k, k),
        of(
            "block-diagonal attention",
            v -> attend(v, AttentionMask.blockDiagonal(blocks)),
            q,
            k,
            k),
        of(
            "attention with bias",
            v -> AttentionOp.apply(v[0], v[1], v[2], 0.2f, AttentionMask.full(131, 131), v[3]),
            q,
            k,
            k,
            size(6, 131, 131)),
        of(
            "attention of one new position",
            v -> attend(v, AttentionMask.causal(1, 1701)),
            size(1, 1, 8, 32),
            size(1, 1701, 4, 32),
            size(1, 1701, 4, 32)),
        of(
            "rotary",
            v -> RotaryOp.apply(v[0], v[1].detach(), v[2].detach(), 0).add(v[0]),
            size(4, 131, 12, 64),
            size(131, 32),
            size(131, 32)));
  }

  private static Tensor attend(Tensor[] v, AttentionMask mask) {
    return AttentionOp.apply(v[0], v[1], v[2], 0.2f, mask);
  }

  private static List<Case> others() {
    long[] x = size(501, 411);
    return List.of(
        of("embedding", v -> EmbeddingOp.apply(v[0], ids(v[0], 3001, 97)), size(97, 203)),
        of("gather", v -> GatherOp.slices(v[0], 0, ids(v[0], 701, 501)), x),
        of(
            "scatterAdd",
            v -> ScatterOp.slices(v[0], 0, ids(v[0], 701, 501), v[1], true),
            x,
            size(701, 411)),
        of("cumsum of rows", v -> CumsumOp.apply(v[0], 1), x),
        of("cumsum of columns", v -> CumsumOp.apply(v[0], 0), size(301, 20_011)),
        of("cumprod", v -> CumprodOp.apply(v[0], 1), x),
        of("sort", v -> SortOp.apply(v[0], 1, true).values(), x),
        of(
            "linear attention",
            v -> LinearAttentionOp.apply(v[0], v[1], v[2], null, 32).y(),
            size(2, 257, 4, 32),
            size(2, 257, 4, 32),
            size(2, 257, 8, 33)),
        of(
            "selective scan",
            v -> SelectiveScanOp.apply(v[0], v[1], v[2], v[3], v[4], null, 32).y(),
            size(2, 257, 8, 33),
            size(2, 257, 8),
            size(8),
            size(2, 257, 2, 32),
            size(2, 257, 2, 32)));
  }

  private static void requireSameBits(Case c) {
    List<int[]> first = null;
    for (CpuBackend backend : BACKENDS) {
      List<int[]> results = TensorScope.call(c.name, () -> run(c, backend));
      first = first == null ? results : first;
      for (int i = 0; i < results.size(); i++) {
        String which = i == 0 ? "result" : "gradient of input " + (i - 1);
        assertThat(results.get(i))
            .as("%s, %s with %d threads", c.name, which, backend.parallel().threads())
            .isEqualTo(first.get(i));
      }
    }
  }

  private static List<int[]> run(Case c, CpuBackend backend) {
    Tensor[] inputs = new Tensor[c.inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = normal(backend, c.inputs[i], c.name + i).trainable();
    }
    Tape tape = new Tape();
    long before = backend.parallel().sharedLoops();
    Tensor y = tape.call(() -> c.op.apply(inputs));
    requireShared(backend, before, "forward");
    List<int[]> results = new ArrayList<>(List.of(bits(y)));
    Tensor dy = normal(backend, y.shape(), c.name + "dy");
    before = backend.parallel().sharedLoops();
    Gradients gradients = tape.backward(y, dy);
    requireShared(backend, before, "backward");
    for (Tensor input : inputs) {
      if (gradients.has(input)) {
        results.add(bits(gradients.of(input)));
      }
    }
    assertThat(results).hasSizeGreaterThan(1);
    return results;
  }

  private static void requireShared(CpuBackend backend, long before, String pass) {
    if (backend.parallel().threads() > 1) {
      assertThat(backend.parallel().sharedLoops()).as("%s was shared", pass).isGreaterThan(before);
    }
  }

  /// Kernels without gradients, and sampling.
  @TestFactory
  Stream<DynamicTest> withoutGradients() {
    return Stream.of(
            kernel("sum of squares", b -> scalar(b, b.reduce().sumOfSquares(x(b, 301, 701)))),
            kernel("adamW", DeterminismTest::adamW),
            kernel("bf16 and back", b -> x(b, 301, 701).to(DType.BF16).to(DType.F32)),
            kernel("linear of bf16", b -> stored(b, 1, DType.BF16)),
            kernel("linear of q8_0", b -> stored(b, 1, DType.Q8_0)),
            kernel("linear of q4_0", b -> stored(b, 17, DType.Q4_0)),
            kernel("attention to f16", DeterminismTest::decode),
            kernel("argMax", b -> ArgMaxOp.apply(x(b, 1001, 301), 1).to(DType.F32)),
            kernel(
                "searchSorted",
                b ->
                    SearchSortedOp.apply(CumsumOp.apply(x(b, 999), 0), x(b, 301, 701), true)
                        .to(DType.F32)),
            kernel("gumbel noise", b -> noise(b).map(Unary.EXP)),
            kernel("sampled ids", b -> GumbelOp.sample(x(b, 1001, 301), random()).to(DType.F32)),
            kernel(
                "sampling without replacement",
                b -> SortOp.first(x(b, 301, 701).add(noise(b)), 7, 1, true).ids().to(DType.F32)))
        .map(c -> dynamicTest(c.name, () -> requireSameBitsOf(c)));
  }

  private record Kernel(String name, Function<CpuBackend, Tensor> call) {}

  private static Kernel kernel(String name, Function<CpuBackend, Tensor> call) {
    return new Kernel(name, call);
  }

  private static void requireSameBitsOf(Kernel kernel) {
    int[] first = null;
    for (CpuBackend backend : BACKENDS) {
      long before = backend.parallel().sharedLoops();
      int[] result = TensorScope.call(kernel.name, () -> bits(kernel.call.apply(backend)));
      requireShared(backend, before, "it");
      first = first == null ? result : first;
      assertThat(result)
          .as("%s with %d threads", kernel.name, backend.parallel().threads())
          .isEqualTo(first);
    }
  }

  private static Tensor adamW(CpuBackend backend) {
    Tensor p = x(backend, 301, 701);
    Tensor m = x(backend, 301, 701).scale(0.1f);
    Tensor v = x(backend, 301, 701).map(Unary.SQUARE);
    Tensor g = normal(backend, p.shape(), "gradient");
    AdamWStep step = new AdamWStep(0.1f, 0.9f, 0.95f, 1e-8f, 0.1f, 3, 0.7f);
    backend.optimizer().adamW(p, g, m, v, step);
    return p;
  }

  private static Tensor stored(CpuBackend backend, int rows, DType type) {
    Tensor weight = x(backend, 1003, 1024).to(type);
    return LinearOp.apply(x(backend, rows, 1024), weight);
  }

  private static Tensor decode(CpuBackend backend) {
    Tensor keys = x(backend, 1, 1701, 4, 32).to(DType.F16);
    return AttentionOp.apply(x(backend, 1, 1, 8, 32), keys, keys, 0.2f, true);
  }

  private static Tensor noise(CpuBackend backend) {
    return GumbelOp.noise(backend, Shape.of(301, 701), random());
  }

  private static RandomStream random() {
    return RandomStream.of(42);
  }

  private static Tensor scalar(CpuBackend backend, double value) {
    long bits = Double.doubleToRawLongBits(value);
    return Tensor.ofInts(backend, Shape.of(2), (int) bits, (int) (bits >>> 32)).to(DType.F32);
  }

  private static Tensor x(CpuBackend backend, long... sizes) {
    return normal(backend, Shape.of(sizes), "x");
  }

  private static Tensor normal(CpuBackend backend, Shape shape, String name) {
    Tensor x = Tensor.empty(backend, shape);
    RandomStream.of(20260101).split(name).fillNormal(x.segment(), 0);
    return x.scale(0.5f);
  }

  private static Tensor ids(Tensor like, int count, int bound) {
    RandomStream stream = RandomStream.of(20260101).split("ids");
    int[] ids = IntStream.range(0, count).map(i -> stream.below(i, bound)).toArray();
    return Tensor.ofInts(like.backend(), Shape.of(count), ids);
  }

  private static int[] bits(Tensor x) {
    float[] values = x.toFloats();
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
