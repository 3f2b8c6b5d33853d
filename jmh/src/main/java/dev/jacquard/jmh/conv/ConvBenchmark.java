package dev.jacquard.jmh.conv;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// 3x3 convolution with stride 1 and padding 1, `2 · 9 · B · C · O · side²` operations.
public class ConvBenchmark extends EngineBenchmark {
  private static final ConvolutionGeometry SAME = ConvolutionGeometry.of(1, 1);

  /// `BxCxOxside`: images, input channels, output channels, rows and columns. The first is a block
  /// of a small encoder; then the levels of LlamaGen's VQ-16 decoder for one picture of 256x256,
  /// the last of which is its last layer; then one odd in everything.
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
  private Tensor dx;
  private Tensor dw;

  /// Fills the tensors and checks one element of each result.
  @Override
  protected void prepare() {
    ConvShape s = ConvShape.parse(shape);
    x = uniform(1, s.input());
    w = uniform(2, s.weight());
    y = empty(s.output());
    dx = empty(s.input());
    dw = empty(s.weight());
    s.checkOutput(x.toFloats(), w.toFloats(), conv3x3().toFloats());
    backward();
    s.checkInputGradient(w.toFloats(), y.toFloats(), dx.toFloats());
    s.checkWeightGradient(x.toFloats(), y.toFloats(), dw.toFloats());
  }

  /// The result.
  ///
  /// @return the result
  @Benchmark
  public Tensor conv3x3() {
    backend.convolution().output(x, w, null, SAME, y);
    return y;
  }

  /// Gradients by the input and by the weight, without the forward pass; the result of [#conv3x3]
  /// serves as gradient from above.
  ///
  /// @return gradient by the weight
  @Benchmark
  public Tensor backward() {
    backend.convolution().input(y, w, SAME, dx);
    backend.convolution().weight(y, x, SAME, dw);
    return dw;
  }
}
