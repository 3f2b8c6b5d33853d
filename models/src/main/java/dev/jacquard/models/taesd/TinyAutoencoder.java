package dev.jacquard.models.taesd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.Interpolation;
import dev.jacquard.tensor.op.ResizeOp;
import java.io.IOException;
import java.nio.file.Path;

/// TAESD's autoencoder of FLUX.2's latents (`taef2`): pictures to an eighth of their size, and
/// back.
///
/// ```text
/// encode: conv, block | 2 x (conv /2, 3 blocks) | conv /2, 3 blocks with pooling | conv
/// decode: 3 tanh(z/3) | conv, ReLU, 3 blocks with pooling | 2 x (x2, conv, 3 blocks) | x2, conv,
///         block | conv
/// block:  relu(conv(relu(conv(relu(conv x)))) + x), with pooling of x + pool(x)
/// pool:   conv 1x1 to 4 C, normalised in 4 groups, ReLU, conv 1x1 to C
/// ```
///
/// Source: `taesd.py` of madebyollin/taesd. Weights are named by their place in the sequence of
/// layers, and widened to f32.
public final class TinyAutoencoder implements AutoCloseable {
  private static final int GROUPS = 4;
  private static final float EPS = 1e-5f;
  private static final int[] ENCODER_HALVINGS = {2, 6, 10};
  private static final int[] DECODER_DOUBLINGS = {6, 11, 16};
  private static final int BLOCKS = 3; // after each change of size

  private final TensorScope memory = TensorScope.open("tiny autoencoder");
  private final StateDict encoder;
  private final StateDict decoder;

  private TinyAutoencoder(Path encoder, Path decoder, Backend backend) throws IOException {
    try {
      this.encoder = memory.<StateDict, IOException>within(() -> read(encoder, backend));
      this.decoder = memory.<StateDict, IOException>within(() -> read(decoder, backend));
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  /// Reads both halves.
  ///
  /// @param encoder `taef2_encoder.pth`, or the same tensors in another format
  /// @param decoder `taef2_decoder.pth`
  /// @param backend who computes
  /// @return the autoencoder, closed by the caller
  /// @throws IOException if a file is missing or malformed
  public static TinyAutoencoder open(Path encoder, Path decoder, Backend backend)
      throws IOException {
    return new TinyAutoencoder(encoder, decoder, backend);
  }

  private static StateDict read(Path path, Backend backend) throws IOException {
    try (Checkpoint file = Checkpoints.open(path)) {
      StateDict state = new StateDict(path.toString());
      for (TensorEntry entry : file.entries()) {
        Tensor copy = Tensor.empty(backend, entry.shape()); // outlives the file
        state.put(entry.name(), copy.copyFrom(file.tensor(backend, entry.name())));
      }
      return state;
    }
  }

  /// Pictures to latents.
  ///
  /// @param pictures `[B, 3, H, W]`, 0 to 1; `H` and `W` multiples of 8
  /// @return `[B, 32, H/8, W/8]`
  /// @throws CheckpointException if a tensor is missing
  public Tensor encode(Tensor pictures) throws CheckpointException {
    Tensor x = block(encoder, 1, conv(encoder, "0", pictures, 1)); // [B, 64, H, W]
    for (int at : ENCODER_HALVINGS) {
      x = conv(encoder, Integer.toString(at), x, 2); // half the height and width
      x = blocks(encoder, at + 1, x);
    }
    return conv(encoder, "14", x, 1); // [B, 32, H/8, W/8]
  }

  /// Latents to pictures.
  ///
  /// @param latents `[B, 32, h, w]`
  /// @return `[B, 3, 8h, 8w]`, 0 to 1 and a little beyond
  /// @throws CheckpointException if a tensor is missing
  public Tensor decode(Tensor latents) throws CheckpointException {
    Tensor z = latents.scale(1 / 3f).map(Unary.TANH).scale(3);
    Tensor x = blocks(decoder, 3, conv(decoder, "1", z, 1).map(Unary.RELU)); // [B, 64, h, w]
    for (int at : DECODER_DOUBLINGS) {
      int height = 2 * x.shape().intDim(2);
      int width = 2 * x.shape().intDim(3);
      x = ResizeOp.apply(x, Interpolation.NEAREST, height, width);
      x = conv(decoder, Integer.toString(at + 1), x, 1);
      x = at == 16 ? block(decoder, 18, x) : blocks(decoder, at + 2, x);
    }
    return conv(decoder, "19", x, 1); // [B, 3, 8h, 8w]
  }

  private static Tensor blocks(StateDict state, int from, Tensor x) throws CheckpointException {
    for (int i = 0; i < BLOCKS; i++) {
      x = block(state, from + i, x);
    }
    return x;
  }

  private static Tensor block(StateDict state, int number, Tensor x) throws CheckpointException {
    if (state.has(number + ".pool.0.weight")) {
      x = x.add(pool(state, number + ".pool.", x));
    }
    Tensor y = conv(state, number + ".conv.0", x, 1).map(Unary.RELU);
    y = conv(state, number + ".conv.2", y, 1).map(Unary.RELU);
    y = conv(state, number + ".conv.4", y, 1);
    return y.add(x).map(Unary.RELU);
  }

  private static Tensor pool(StateDict state, String name, Tensor x) throws CheckpointException {
    Tensor wide = Conv2dOp.apply(x, state.get(name + "0.weight"), null, ConvolutionGeometry.PLAIN);
    Tensor norm =
        GroupNormOp.apply(
            wide, GROUPS, state.get(name + "1.weight"), state.get(name + "1.bias"), EPS);
    return Conv2dOp.apply(
        norm.map(Unary.RELU), state.get(name + "3.weight"), null, ConvolutionGeometry.PLAIN);
  }

  private static Tensor conv(StateDict state, String name, Tensor x, int stride)
      throws CheckpointException {
    Tensor bias = state.has(name + ".bias") ? state.get(name + ".bias") : null;
    return Conv2dOp.apply(x, state.get(name + ".weight"), bias, ConvolutionGeometry.of(stride, 1));
  }

  @Override
  public void close() {
    memory.close();
  }
}
