package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/// What operators refuse, and that they say why: `op: what is wrong; the values seen; ...`.
class OpErrorsTest {
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void close() {
    backend.close();
  }

  @TestFactory
  Stream<DynamicTest> shapesThatDoNotFitAreRefused() {
    return Stream.of(
        refused("add: shapes do not broadcast; [3] and [4]", () -> f32(3).add(f32(4))),
        refused("mul: shapes do not broadcast", () -> f32(2, 3).mul(f32(3, 2))),
        refused(
            "matmul: inner sizes differ; a [2, 3], b [2, 3]; need a's last (3)",
            () -> f32(2, 3).matmul(f32(2, 3))),
        refused("matmul: too few axes; a [3], b [3, 2]", () -> f32(3).matmul(f32(3, 2))),
        refused(
            "matmul: shapes do not broadcast; [2] and [3]",
            () -> f32(2, 1, 1).matmul(f32(3, 1, 1))),
        refused(
            "linear: wrong shape; weight [4, 5]; need [4, 3]",
            () -> LinearOp.apply(f32(2, 3), f32(4, 5))),
        refused(
            "rmsNorm: wrong shape; w [4]; need [3]",
            () -> RmsNormOp.apply(f32(2, 3), f32(4), 1e-5f)),
        refused("swiGlu: shapes differ; [2] and [3]", () -> SwiGluOp.apply(f32(2), f32(3))),
        refused(
            "embedding: id out of range; 3 at position 1; need 0 to 2",
            () -> EmbeddingOp.apply(f32(3, 2), ids(0, 3))),
        refused(
            "embedding: id out of range; -1 at position 0",
            () -> EmbeddingOp.apply(f32(3, 2), ids(-1))),
        refused(
            "crossEntropy: label out of range; 5 at position 1; need 0 to 4",
            () -> CrossEntropyOp.apply(f32(2, 5), ids(CrossEntropyOp.IGNORE, 5))),
        refused(
            "crossEntropy: shapes differ; [2] and [3]",
            () -> CrossEntropyOp.apply(f32(2, 5), ids(0, 1, 2))),
        refused(
            "attention: heads do not group; q has 3, k has 2",
            () -> attention(f32(1, 2, 3, 4), f32(1, 2, 2, 4))),
        refused(
            "attention: fewer keys than queries",
            () -> attention(f32(1, 3, 2, 4), f32(1, 2, 2, 4))),
        refused(
            "attention: wrong shape; k [1, 2, 2, 5]; need [1, 2, 2, 4]",
            () -> attention(f32(1, 2, 2, 4), f32(1, 2, 2, 5))),
        refused(
            "rotary: positions [3, 5) leave the table; it has 4",
            () -> RotaryOp.apply(f32(1, 2, 1, 4), f32(4, 2), f32(4, 2), 3)),
        refused(
            "narrow: range leaves the axis; [2, 4) of axis 0 of [3]", () -> f32(3).narrow(0, 2, 2)),
        refused(
            "conv2d: channels differ; x [1, 3, 4, 4], weight [2, 4, 3, 3], groups 1",
            () -> conv2d(f32(1, 3, 4, 4), f32(2, 4, 3, 3))),
        refused(
            "conv2d: window exceeds the padded image; x [1, 3, 2, 4], weight [2, 3, 3, 3]",
            () -> conv2d(f32(1, 3, 2, 4), f32(2, 3, 3, 3))),
        refused(
            "conv2d: wrong number of axes; weight [3, 3]; need 4",
            () -> conv2d(f32(1, 3, 4, 4), f32(3, 3))),
        refused(
            "convolution: geometry out of range; strides 0, 0", () -> ConvolutionGeometry.of(0, 0)),
        refused(
            "fourier: not complex; x [4, 3]; need a last axis of real and imaginary part",
            () -> FourierOp.complex(f32(4, 3), 0)),
        refused(
            "fourier: frequencies do not fit the length; spectrum [3, 2] for length 6; need 4",
            () -> FourierOp.realInverse(f32(3, 2), 6)),
        refused("fourier: no points; [2, 0]", () -> FourierOp.real(f32(2, 0))),
        refused("cosine: no points; [2, 0]", () -> CosineOp.apply(f32(2, 0), 1)),
        refused(
            "linearAttention: heads do not group; v has 3, k has 2",
            () -> linearAttention(f32(1, 4, 2, 5), f32(1, 4, 3, 5))),
        refused(
            "linearAttention: shapes differ; [1, 4] and [1, 5]",
            () -> linearAttention(f32(1, 4, 2, 5), f32(1, 5, 2, 5))),
        refused(
            "selectiveScan: wrong shape; a [3]; need [2]",
            () ->
                SelectiveScanOp.apply(
                    f32(1, 4, 2, 3),
                    f32(1, 4, 2),
                    f32(3),
                    f32(1, 4, 1, 5),
                    f32(1, 4, 1, 5),
                    null,
                    2)),
        refused("permute: no permutation; axes [0, 0]", () -> f32(2, 3).permute(0, 0)),
        refused("reshape: number of elements differs; [2, 3] to [4]", () -> f32(2, 3).reshape(4)),
        refused(
            "transpose: no axis 2; tensor [2, 3]; need -2 to 1", () -> f32(2, 3).transpose(0, 2)));
  }

  @Test
  void elementTypesThatDoNotComputeAreRefused() {
    assertThatThrownBy(() -> f32(2).add(ids(1, 2)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("add: wrong element type; b is I32; need F32");
    assertThatThrownBy(() -> EmbeddingOp.apply(f32(3, 2), f32(1)))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("embedding: wrong element type; ids is F32; need I32");
    assertThatThrownBy(() -> f32(2).to(DType.BF16).toFloats()).isInstanceOf(DTypeException.class);
  }

  @Test
  void storedWeightsThatWantAGradientAreRefused() {
    Tensor weight = f32(3, 32).to(DType.Q8_0).trainable();
    assertThatThrownBy(() -> new Tape().call(() -> LinearOp.apply(f32(2, 32), weight)))
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "linear: a gradient flows to weight, which is Q8_0; need F32, or weight.detach()");
    Tensor keys = f32(1, 2, 1, 4).to(DType.BF16);
    Tensor query = f32(1, 2, 1, 4).trainable();
    assertThatThrownBy(() -> new Tape().call(() -> AttentionOp.apply(query, keys, keys, 1, true)))
        .isInstanceOf(DTypeException.class)
        .hasMessage("attention: a gradient flows through k, which is BF16; need F32");
    assertThatThrownBy(() -> LinearOp.apply(f32(2, 32), f32(3, 32).to(DType.I32)))
        .isInstanceOf(DTypeException.class)
        .hasMessage("linear: wrong element type; weight is I32; need F32, BF16, F16, Q8_0 or Q4_0");
  }

  @Test
  void tensorsOfTwoBackendsAreRefused() {
    try (ReferenceBackend other = new ReferenceBackend()) {
      assertThatThrownBy(() -> f32(2).add(Tensor.zeros(other, Shape.of(2))))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("add: tensors of two backends");
    }
  }

  private static DynamicTest refused(String message, Executable call) {
    return dynamicTest(
        message,
        () ->
            assertThatThrownBy(call::execute)
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(message));
  }

  private static Tensor conv2d(Tensor x, Tensor weight) {
    return Conv2dOp.apply(x, weight, null, ConvolutionGeometry.PLAIN);
  }

  private static Tensor linearAttention(Tensor k, Tensor v) {
    return LinearAttentionOp.apply(k, k, v, null, 2).y();
  }

  private static Tensor attention(Tensor q, Tensor k) {
    return AttentionOp.apply(q, k, k, 1, true);
  }

  private Tensor f32(long... sizes) {
    return Tensor.zeros(backend, Shape.of(sizes));
  }

  private Tensor ids(int... values) {
    return Tensor.ofInts(backend, Shape.of(values.length), values);
  }
}
