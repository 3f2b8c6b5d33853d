package dev.jacquard.models.t5;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.tokenizer.text.SentencePieceTokenizer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.io.TensorEntry;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Texts to features by a published T5: a folder with `config.json`, `spiece.model` and weights in
/// any known format, whole or in shards, which stay in the mapped file.
///
/// ```java
/// try (T5TextEncoder encoder = T5TextEncoder.open(Path.of("flan-t5-xl"), backend)) {
///   T5TextEncoder.Encoded captions = encoder.encode(List.of("a red fish"), 120);
/// }
/// ```
public final class T5TextEncoder implements AutoCloseable {
  private static final int PADDING = 0;
  private static final int END = 1;

  private final T5Encoder encoder;
  private final SentencePieceTokenizer tokenizer;
  private final Checkpoint file;
  private final TensorScope memory;

  private T5TextEncoder(
      T5Encoder encoder, SentencePieceTokenizer tokenizer, Checkpoint file, TensorScope memory) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.file = file;
    this.memory = memory;
  }

  /// Opens a folder.
  ///
  /// @param folder the model
  /// @param backend who computes
  /// @return the encoder, closed by the caller
  /// @throws CheckpointException if it is no T5, or lacks a tensor; names the nearest
  /// @throws IOException if a file is missing or cannot be read
  public static T5TextEncoder open(Path folder, Backend backend) throws IOException {
    T5Config config = T5Config.read(ConfigFile.read(folder.resolve("config.json")));
    SentencePieceTokenizer tokenizer = SentencePieceTokenizer.load(folder.resolve("spiece.model"));
    if (tokenizer.vocabSize() > config.vocabSize()) { // tables are rounded up
      throw new CheckpointException(
          "tokenizer of %d tokens for a table of %d"
              .formatted(tokenizer.vocabSize(), config.vocabSize()),
          folder.toString());
    }
    Checkpoint file = Checkpoints.open(folder);
    TensorScope memory = TensorScope.open("t5 " + folder.getFileName());
    try {
      T5Encoder encoder =
          memory.within(
              () ->
                  Parameters.frozen(backend, state(file, backend), p -> new T5Encoder(config, p)));
      return new T5TextEncoder(encoder, tokenizer, file, memory);
    } catch (IOException | RuntimeException e) {
      memory.close();
      file.close();
      throw e;
    }
  }

  /// The encoder's tensors; the table of tokens may lie under its second name only.
  private static StateDict state(Checkpoint file, Backend backend) throws CheckpointException {
    StateDict state = new StateDict(file.file().toString());
    for (TensorEntry entry : file.entries()) {
      String name = entry.name();
      if (name.equals("encoder.embed_tokens.weight")) {
        name = "shared.weight";
      }
      boolean isOfEncoder = name.equals("shared.weight") || name.startsWith("encoder.");
      if (isOfEncoder && !state.has(name)) {
        state.put(name, file.tensor(backend, entry.name()));
      }
    }
    return state;
  }

  /// What a model makes of texts.
  ///
  /// @param features `[B, K, C]`, rows of a text from the first on
  /// @param lengths how many rows of each text count, its end token included
  public record Encoded(Tensor features, IntList lengths) {}

  /// Reads texts.
  ///
  /// @param texts as people write them
  /// @param tokens to which each is cut and filled up, `K`
  /// @return features; live as long as the caller's scope
  public Encoded encode(List<String> texts, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("T5: %d tokens; need at least 1".formatted(tokens));
    }
    int[] ids = new int[texts.size() * tokens];
    Arrays.fill(ids, PADDING);
    int[] lengths = new int[texts.size()];
    for (int b = 0; b < lengths.length; b++) {
      int[] text = tokenizer.encode(texts.get(b));
      int kept = Math.min(text.length, tokens - 1);
      System.arraycopy(text, 0, ids, b * tokens, kept);
      ids[b * tokens + kept] = END;
      lengths[b] = kept + 1;
    }
    Tensor given =
        Tensor.ofInts(encoder.parameters().backend(), Shape.of(lengths.length, tokens), ids);
    return new Encoded(encoder.forward(given, lengths), IntArrayList.wrap(lengths));
  }

  /// The network.
  ///
  /// @return valid until this is closed; its parameters are not trainable
  public T5Encoder encoder() {
    return encoder;
  }

  @Override
  public void close() {
    memory.close();
    file.close();
  }
}
