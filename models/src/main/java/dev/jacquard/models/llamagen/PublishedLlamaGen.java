package dev.jacquard.models.llamagen;

import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A GPT as LlamaGen's authors published it: one file such as `c2i_B_256.pt` or
/// `t2i_XL_stage1_256.pt`, with its weights where they lie in the file.
///
/// ```java
/// try (PublishedLlamaGen gpt = PublishedLlamaGen.open(Path.of("c2i_B_256.pt"), backend)) {
///   Tensor logits = gpt.model().logits(classes, codes);
/// }
/// ```
///
/// A file does not say all of its sizes. Widths and numbers of blocks are read from the tensors,
/// the number of heads follows from the width, and the grid from the picture's size in the file's
/// name.
public final class PublishedLlamaGen implements AutoCloseable {
  private static final Pattern PIXELS = Pattern.compile("_(\\d{2,4})\\.[a-z]+$");
  private static final int STRIDE = 16; // pixels of a code
  private static final float NORM_EPS = 1e-5f;
  private static final double ROPE_THETA = 10000;

  private static final String CODES = "tok_embeddings.weight";
  private static final String CLASSES = "cls_embedding.embedding_table.weight";
  private static final String CAPTIONS = "cls_embedding.uncond_embedding";
  private static final String BLOCK = "layers.%d.";

  private final LlamaGenModel model;
  private final Checkpoint file;
  private final TensorScope memory;

  private PublishedLlamaGen(LlamaGenModel model, Checkpoint file, TensorScope memory) {
    this.model = model;
    this.file = file;
    this.memory = memory;
  }

  /// Opens a file.
  ///
  /// @param path a file of any known format; its name ends in the size of the pictures
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws CheckpointException if it is no such model, or lacks a tensor; names the nearest
  /// @throws IOException if it is missing or cannot be read
  public static PublishedLlamaGen open(Path path, Backend backend) throws IOException {
    return open(path, state -> config(state, path), backend);
  }

  /// Opens a file whose sizes are known.
  ///
  /// @param path a file of any known format
  /// @param config its sizes
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws CheckpointException if a tensor is missing, left over or of another shape
  /// @throws IOException if it is missing or cannot be read
  public static PublishedLlamaGen open(Path path, LlamaGenConfig config, Backend backend)
      throws IOException {
    return open(path, _ -> config, backend);
  }

  private interface Sizes {
    LlamaGenConfig of(StateDict state) throws CheckpointException;
  }

  private static PublishedLlamaGen open(Path path, Sizes sizes, Backend backend)
      throws IOException {
    Checkpoint file = Checkpoints.open(path);
    TensorScope memory = TensorScope.open("llamagen " + path.getFileName());
    try {
      LlamaGenModel model =
          memory.within(
              () -> {
                StateDict state = LlamaGenWeights.read(file, backend);
                LlamaGenConfig config = sizes.of(state);
                return Parameters.frozen(
                    backend,
                    LlamaGenWeights.fitted(state, config),
                    p -> new LlamaGenModel(config, p));
              });
      return new PublishedLlamaGen(model, file, memory);
    } catch (IOException | RuntimeException e) {
      memory.close();
      file.close();
      throw e;
    }
  }

  /// The sizes that a state dictionary and the name of its file show.
  private static LlamaGenConfig config(StateDict state, Path path) throws CheckpointException {
    Shape codes = matrix(state, CODES);
    int dim = codes.intDim(1);
    int nHeads = LlamaGenConfig.headsOf(dim);
    int headDim = Math.max(1, dim / nHeads);
    int layers = 0;
    while (state.has(BLOCK.formatted(layers) + "attention_norm.weight")) {
      layers++;
    }
    String first = BLOCK.formatted(0);
    int heads = matrix(state, first + "attention.wqkv.weight").intDim(0) / headDim; // H + 2G
    boolean hasClasses = state.has(CLASSES);
    Shape condition = matrix(state, hasClasses || !state.has(CAPTIONS) ? CLASSES : CAPTIONS);
    try {
      return new LlamaGenConfig(
          hasClasses ? Kind.CLASS : Kind.CAPTION,
          dim,
          layers,
          nHeads,
          (heads - nHeads) / 2,
          matrix(state, first + "feed_forward.w1.weight").intDim(0),
          codes.intDim(0),
          side(path),
          hasClasses ? 1 : condition.intDim(0),
          hasClasses ? condition.intDim(0) - 1 : 0,
          hasClasses ? 0 : condition.intDim(1),
          NORM_EPS,
          ROPE_THETA);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), path.toString());
    }
  }

  private static Shape matrix(StateDict state, String name) throws CheckpointException {
    Shape shape = state.get(name).shape();
    if (shape.rank() != 2) {
      throw new CheckpointException(
          "tensor \"%s\" is %s; need a matrix".formatted(name, shape), state.source());
    }
    return shape;
  }

  private static int side(Path path) throws CheckpointException {
    Matcher pixels = PIXELS.matcher(String.valueOf(path.getFileName()));
    if (!pixels.find()) {
      throw new CheckpointException(
          "name does not tell the size of the pictures; need for example c2i_B_256.pt",
          path.toString());
    }
    return Integer.parseInt(pixels.group(1)) / STRIDE;
  }

  /// The network.
  ///
  /// @return valid until this is closed; its parameters are not trainable
  public LlamaGenModel model() {
    return model;
  }

  @Override
  public void close() {
    memory.close();
    file.close();
  }
}
