package dev.jacquard.jmh.conv;

import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.convolution_backward;

import dev.jacquard.jmh.TorchPeer;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The convolutions of [ConvBenchmark] by libtorch, which calls oneDNN.
public class ConvPeer extends TorchPeer {
  private static final long[] ONE = {1, 1};
  private static final long[] ZERO = {0, 0};

  /// `BxCxOxside`.
  @Param({
    "4x128x128x32",
    "1x512x512x16",
    "1x512x512x32",
    "1x256x256x64",
    "1x128x128x128",
    "1x128x128x256",
    "1x128x3x256",
    "3x33x65x29"
  })
  public String shape;

  private Tensor x;
  private Tensor w;
  private Tensor y;
  private BoolPointer wanted;

  /// Fills the tensors and checks one element of each result.
  @Setup
  public void setup() {
    if (!torch.hasMKLDNN()) {
      throw new AssertionError("this libtorch has no oneDNN");
    }
    ConvShape s = ConvShape.parse(shape);
    x = uniform(1, s.input());
    w = uniform(2, s.weight());
    y = convolve();
    wanted = new BoolPointer(3).put(0, true).put(1, true).put(2, false); // dx, dw, no bias
    s.checkOutput(floats(x), floats(w), floats(y));
    T_TensorTensorTensor_T gradients = gradients();
    s.checkInputGradient(floats(w), floats(y), floats(gradients.get0()));
    s.checkWeightGradient(floats(x), floats(y), floats(gradients.get1()));
  }

  /// The result.
  ///
  /// @return its last element
  @Benchmark
  public float conv3x3() {
    try (PointerScope _ = new PointerScope()) {
      return convolve().data_ptr_float().get();
    }
  }

  /// Gradients by the input and by the weight, without the forward pass.
  ///
  /// @return an element of the gradient by the weight
  @Benchmark
  public float backward() {
    try (PointerScope _ = new PointerScope()) {
      return gradients().get1().data_ptr_float().get();
    }
  }

  private Tensor convolve() {
    return conv2d(x, w, new TensorOptional(), ONE, ONE, ONE, 1);
  }

  private T_TensorTensorTensor_T gradients() {
    return convolution_backward(
        y, x, w, new LongArrayRefOptional(), ONE, ONE, ONE, false, ZERO, 1, wanted);
  }
}
