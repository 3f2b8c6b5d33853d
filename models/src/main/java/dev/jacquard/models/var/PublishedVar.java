package dev.jacquard.models.var;

import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqModel;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// VAR as its authors published it: a transformer such as `var_d16.pth` and the tokenizer
/// `vae_ch160v4096z32.pth`, with their weights where they lie in the files.
///
/// ```java
/// try (PublishedVar var = PublishedVar.open(Path.of("var_d16.pth"), Path.of("vae_ch160v4096z32.pth"), backend)) {
///   Tensor latents = new VarGenerator(var.model(), var.quantizer()).generate(labels, request, listener);
///   Tensor picture = var.picture(latents);
/// }
/// ```
public final class PublishedVar implements AutoCloseable {
  private final VarModel model;
  private final VqModel tokenizer;
  private final List<Checkpoint> files;
  private final TensorScope memory;

  private PublishedVar(
      VarModel model, VqModel tokenizer, List<Checkpoint> files, TensorScope memory) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.files = files;
    this.memory = memory;
  }

  /// Opens files of published sizes.
  ///
  /// @param transformer a file of any known format
  /// @param tokenizer another
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws CheckpointException if one is no such model, or lacks a tensor; names the nearest
  /// @throws IOException if one is missing or cannot be read
  public static PublishedVar open(Path transformer, Path tokenizer, Backend backend)
      throws IOException {
    return open(transformer, tokenizer, VarWeights::publishedSides, backend);
  }

  /// Opens files of other scales, which they do not tell.
  ///
  /// @param transformer a file of any known format
  /// @param tokenizer another
  /// @param sides rows and columns of each scale
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws CheckpointException if one is no such model, or lacks a tensor; names the nearest
  /// @throws IOException if one is missing or cannot be read
  public static PublishedVar open(
      Path transformer, Path tokenizer, List<Integer> sides, Backend backend) throws IOException {
    return open(transformer, tokenizer, _ -> sides, backend);
  }

  private interface Sides {
    List<Integer> of(StateDict state) throws CheckpointException;
  }

  private static PublishedVar open(Path transformer, Path tokenizer, Sides sides, Backend backend)
      throws IOException {
    Checkpoint first = Checkpoints.open(transformer);
    TensorScope memory = TensorScope.open("var " + transformer.getFileName());
    try {
      Checkpoint second = Checkpoints.open(tokenizer);
      try {
        return memory.within(
            () -> {
              StateDict state = VarWeights.read(first, backend);
              VarConfig config = VarWeights.config(state, sides.of(state));
              VarModel model = Parameters.frozen(backend, state, p -> new VarModel(config, p));
              VqModel vq = tokenizer(second.stateDict(backend), config.sides(), backend);
              return new PublishedVar(model, vq, List.of(first, second), memory);
            });
      } catch (IOException | RuntimeException e) {
        second.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      memory.close();
      first.close();
      throw e;
    }
  }

  private static VqModel tokenizer(StateDict published, List<Integer> sides, Backend backend)
      throws CheckpointException {
    VqConfig config = VarTokenizerWeights.config(published, sides);
    int levels = config.decoderMultipliers().size();
    return Parameters.frozen(
        backend, VarTokenizerWeights.fitted(published, levels), p -> new VqModel(config, p));
  }

  /// The transformer.
  ///
  /// @return valid until this is closed; its parameters are not trainable
  public VarModel model() {
    return model;
  }

  /// The tokenizer.
  ///
  /// @return valid until this is closed; its parameters are not trainable
  public VqModel tokenizer() {
    return tokenizer;
  }

  /// What makes latents of tokens.
  ///
  /// @return that of the tokenizer
  public MultiScaleResidualQuantizer quantizer() {
    return (MultiScaleResidualQuantizer) tokenizer.quantizer();
  }

  /// Latents as pictures.
  ///
  /// @param latents `[B, d, H, W]`
  /// @return `[B, 3, 16·H, 16·W]`, in `[0, 1]`
  public Tensor picture(Tensor latents) {
    return picture(tokenizer, latents);
  }

  /// Latents as pictures.
  ///
  /// @param tokenizer whose decoder to use
  /// @param latents `[B, d, H, W]`
  /// @return `[B, 3, H', W']`, in `[0, 1]`
  public static Tensor picture(VqModel tokenizer, Tensor latents) {
    Tensor half = Tensor.full(latents.backend(), Shape.of(), 0.5f);
    return ClampOp.apply(tokenizer.decode(latents), -1, 1).scale(0.5f).add(half);
  }

  @Override
  public void close() {
    memory.close();
    files.forEach(Checkpoint::close);
  }
}
