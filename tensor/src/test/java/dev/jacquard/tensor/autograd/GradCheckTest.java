package dev.jacquard.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.backend.reference.DoublePrecision;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.ConvTranspose2dOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.CumprodOp;
import dev.jacquard.tensor.op.CumsumOp;
import dev.jacquard.tensor.op.EinsumOp;
import dev.jacquard.tensor.op.FourierOp;
import dev.jacquard.tensor.op.GatherOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.op.LinearAttentionOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.LogSoftmaxOp;
import dev.jacquard.tensor.op.ResizeOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.op.SoftplusOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.op.SwiGluOp;
import dev.jacquard.tensor.op.VarianceOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GradCheckTest {
  private static final Backend CPU = Backends.cpu(1);
  private static final ConvolutionGeometry SAME = ConvolutionGeometry.of(1, 1);

  @AfterAll
  static void close() {
    CPU.close();
  }

  /// Operators agree with differences in nine digits, most in eleven, which neither could in f32.
  @TestFactory
  Stream<DynamicTest> operatorsAgreeInNineDigits() {
    return Stream.of(
        agrees("tanh", x -> x[0].map(Unary.TANH), x(3, 4)),
        agrees("gelu", x -> x[0].map(Unary.GELU), x(3, 4)),
        agrees("gelu_tanh", x -> x[0].map(Unary.GELU_TANH), x(3, 4)),
        agrees("silu", x -> x[0].map(Unary.SILU), x(3, 4)),
        agrees("erf", x -> x[0].map(Unary.ERF), x(3, 4)),
        agrees("softplus", x -> SoftplusOp.apply(x[0]), x(3, 4)),
        agrees("arithmetic", x -> x[0].mul(x[1]).sub(x[1]).add(x[0].scale(0.3f)), x(3, 4), x(4)),
        agrees("swiGlu", x -> SwiGluOp.apply(x[0], x[1]), x(3, 4), x(3, 4)),
        agrees("variance", x -> VarianceOp.apply(x[0], 1, 0), x(3, 4)),
        agrees("matmul", x -> x[0].matmul(x[1]), x(2, 3, 4), x(4, 5)),
        agrees("linear", x -> LinearOp.apply(x[0], x[1]), x(2, 3, 4), x(5, 4)),
        agrees("einsum", x -> EinsumOp.apply("bij,bkj->ikb", x[0], x[1]), x(2, 3, 4), x(2, 5, 4)),
        agrees("views", GradCheckTest::views, x(3, 4)),
        agrees("softmax", x -> SoftmaxOp.apply(x[0]), x(3, 5)),
        agrees("logSoftmax", x -> LogSoftmaxOp.apply(x[0], 0), x(3, 5)),
        agrees("crossEntropy", x -> CrossEntropyOp.apply(x[0], ids(x[0], 4, 0, 2)), x(3, 5)),
        agrees("rmsNorm", x -> RmsNormOp.apply(x[0], x[1], 1e-5f), x(3, 5), x(5)),
        agrees("layerNorm", x -> LayerNormOp.apply(x[0], x[1], x[2], 1e-5f), x(3, 5), x(5), x(5)),
        agrees(
            "groupNorm",
            x -> GroupNormOp.apply(x[0], 2, x[1], x[2], 1e-5f),
            x(2, 4, 3),
            x(4),
            x(4)),
        agrees(
            "attention",
            x ->
                AttentionOp.apply(x[0], x[1], x[2], 0.4f, AttentionMask.blockCausal(1, 2, 2), x[3]),
            x(1, 5, 4, 3),
            x(1, 5, 2, 3),
            x(1, 5, 2, 3),
            x(5, 5)),
        agrees(
            "conv2d",
            x -> Conv2dOp.apply(x[0], x[1], x[2], SAME),
            x(1, 2, 4, 3),
            x(3, 2, 3, 3),
            x(3)),
        agrees(
            "convTranspose2d",
            x -> ConvTranspose2dOp.apply(x[0], x[1], null, ConvolutionGeometry.of(2, 1)),
            x(1, 2, 3, 3),
            x(2, 3, 4, 4)),
        agrees("resize", x -> ResizeOp.apply(x[0], Interpolation.CUBIC, 5, 7), x(1, 3, 4)),
        agrees("gather", x -> GatherOp.slices(x[0], 0, ids(x[0], 2, 2, 0)), x(3, 4)),
        agrees("cumsum", x -> CumsumOp.apply(x[0], 1), x(3, 4)),
        agrees("cumprod", x -> CumprodOp.apply(x[0], 1), x(3, 4)),
        agrees("fourier", x -> FourierOp.real(x[0]), x(2, 6)),
        agrees(
            "linear attention",
            x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3].map(Unary.SIGMOID), null, 2).y(),
            x(1, 5, 2, 3),
            x(1, 5, 2, 3),
            x(1, 5, 2, 2),
            x(1, 5, 2)),
        agrees("checkpoint", x -> Tape.checkpoint(() -> x[0].map(Unary.EXP).mul(x[0])), x(3, 4)),
        agrees("second derivative", GradCheckTest::penalty, x(3, 4), x(5, 4)));
  }

  private static Tensor views(Tensor[] x) {
    Tensor turned = x[0].transpose(0, 1).narrow(0, 1, 2).map(Unary.SQUARE); // [2, 3]
    return ConcatOp.apply(0, List.of(turned, turned.scale(2))).reshape(3, 4);
  }

  private static Tensor penalty(Tensor[] x) {
    Tape inner = new Tape();
    Tensor y = inner.call(() -> LinearOp.apply(x[0], x[1]).map(Unary.TANH).sum());
    return SumOp.apply(inner.backward(y).of(x[0]).map(Unary.SQUARE), 1);
  }

  private static DynamicTest agrees(String name, Function<Tensor[], Tensor> f, Tensor... inputs) {
    return dynamicTest(
        name,
        () -> {
          assertThat(GradCheck.standard().check(f, inputs)).isLessThan(GradCheck.TOLERANCE);
        });
  }

  @Test
  void namesTheInputTheElementAndBothNumbers() {
    assertThatThrownBy(
            () ->
                GradCheck.standard()
                    .check(x -> x[0].add(x[1].detach()), x(2, 3), x(2, 3))) // forgets one gradient
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("input 1, element 0 at [0, 0] of [2, 3]: analytic 0.0, numeric ");
    assertThatThrownBy(() -> GradCheck.standard().check(GradCheckTest::wrongAtTheEnd, x(2, 3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching(
            "gradCheck: gradients differ; input 0, element 5 at \\[1, 2] of \\[2, 3]:"
                + " analytic .*, numeric .*; need a difference up to 1.0E-9");
  }

  /// `y = x`, with a gradient whose last element is off by one part in ten million: less than f32
  /// can hold.
  private static Tensor wrongAtTheEnd(Tensor[] x) {
    Tensor y = Tensor.empty(x[0].backend(), x[0].shape()).copyFrom(x[0].detach());
    return Tape.record(
        "wrong",
        y,
        List.of(x[0]),
        dy -> {
          Tensor spoilt = Tensor.of(dy.backend(), Shape.of(2, 3), 0, 0, 0, 0, 0, 1e-7f);
          return List.of(dy.add(dy.mul(spoilt)));
        });
  }

  @Test
  void modelsAreCheckedByNameAndLeftAsTheyWere() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Tensor w = Tensor.of(backend, Shape.of(2), 0.1f, 3).trainable();
      Tensor b = Tensor.of(backend, Shape.of(2), 7, 8).trainable();
      long live = backend.pool().liveBlocks();
      GradCheck.standard().check(() -> w.mul(b).sum(), Map.of("w", w, "b", b));
      assertThat(w.toFloats()).containsExactly(0.1f, 3);
      assertThat(backend.pool().liveBlocks()).isEqualTo(live);
      assertThatThrownBy(
              () -> GradCheck.standard().check(() -> w.detach().mul(b).sum(), Map.of("w", w)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("w, element 0");
    }
  }

  @Test
  void otherBackendsAreRefused() {
    Tensor w = x(2).trainable();
    assertThatThrownBy(() -> GradCheck.standard().check(w::sum, Map.of("w", w)))
        .isInstanceOf(DeviceException.class)
        .hasMessage("gradCheck: f64 on another backend; w is on cpu; need the reference backend");
  }

  @Test
  void notesOfWhatMemoryHeldBeforeDoNotCount() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      DoublePrecision precision = new DoublePrecision();
      Tensor third =
          precision.call(() -> Tensor.full(backend, Shape.of(1), 1).div(scalar(backend, 3)));
      assertThat(precision.get(third, 0)).isEqualTo(1.0 / 3);
      assertThat(precision.get(third.reshape(1, 1), 0)).as("a view").isEqualTo(1.0 / 3);
      assertThat(new DoublePrecision().get(third, 0)).isEqualTo((float) (1.0 / 3));
      third.copyFrom(0.5f); // not by a kernel
      assertThat(precision.get(third, 0)).isEqualTo(0.5);
    }
  }

  private static Tensor scalar(Backend backend, float value) {
    return Tensor.full(backend, Shape.of(), value);
  }

  private static Tensor x(long... sizes) {
    Tensor x = Tensor.empty(CPU, Shape.of(sizes));
    RandomStream.of(7).split(x.shape().toString()).fillNormal(x.segment(), 0);
    return x;
  }

  private static Tensor ids(Tensor like, int... ids) {
    return Tensor.ofInts(like.backend(), Shape.of(ids.length), ids);
  }
}
