package dev.jacquard.jmh.llama;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.models.decoding.LlamaEngine;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llama.PublishedLlama;
import dev.jacquard.models.llama.RandomLlama;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/// Tokens a second of a Llama whose weights are in a mapped file. The peer, llama.cpp on the same
/// file, is `jmh/src/peers/llama-cpp/bench.mjs`.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class LlamaBenchmark extends EngineBenchmark {
  private static final int PROMPT = 512; // tokens
  private static final int DECODED = 8; // tokens of each sequence in one call
  private static final int BATCH = 16; // sequences of decode16

  /// A file of a published Llama, or the type of a random one of 85 million parameters.
  @Param({"f32", "q8_0"})
  public String model;

  private @Nullable Path made; // null if the model is a file
  private PublishedLlama llama;
  private SequenceEngine.Session session;
  private final List<SequenceEngine.Sequence> sequences = new ArrayList<>();
  private int start; // length of the sequences before they are drawn
  private int seed;

  /// Opens the model, and reads the prompts of the sequences that are drawn.
  @Override
  protected void prepare() {
    try {
      llama = PublishedLlama.open(file(), backend);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    session = new LlamaEngine(llama.model()).open(BATCH, 1024);
    start = measured.equals("decode16") ? 1 : PROMPT;
    if (!measured.equals("prefill")) {
      sequences.add(session.start(prompt(start)));
      while (measured.equals("decode16") && sequences.size() < BATCH) {
        sequences.add(sequences.getFirst().fork(start));
      }
    }
  }

  private Path file() throws IOException {
    if (Files.exists(Path.of(model))) {
      return Path.of(model);
    }
    Path file = Files.createTempFile("llama", ".gguf");
    made = file;
    LlamaConfig config = LlamaConfig.of(768, 12, 12, 2048, 320, 2048);
    DType type = DType.valueOf(model.toUpperCase(Locale.ROOT));
    new RandomLlama(config, backend, 0).writeGguf(file, type);
    return file;
  }

  private int[] prompt(int length) {
    int[] prompt = new int[length];
    for (int i = 0; i < length; i++) {
      prompt[i] = 3 + (i * 7 + seed) % 250;
    }
    seed++;
    return prompt;
  }

  /// Reads a prompt of 512 tokens.
  ///
  /// @return the logits of the next token
  @Benchmark
  @OperationsPerInvocation(PROMPT)
  public float[] prefill() {
    SequenceEngine.Sequence sequence = session.start(prompt(PROMPT));
    float[] logits = sequence.logits(PROMPT);
    sequence.close();
    return logits;
  }

  /// Draws after a prompt of 512 tokens.
  ///
  /// @return the logits of the next token
  @Benchmark
  @OperationsPerInvocation(DECODED)
  public float[] decode() {
    return draw();
  }

  /// Draws 16 sequences from their first token.
  ///
  /// @return the logits of the next token of the first
  @Benchmark
  @OperationsPerInvocation(DECODED * BATCH)
  public float[] decode16() {
    return draw();
  }

  private float[] draw() {
    sequences.forEach(sequence -> sequence.rollBack(start));
    int[][] tokens = new int[sequences.size()][1];
    for (int i = 0; i < DECODED; i++) {
      for (int b = 0; b < tokens.length; b++) {
        tokens[b][0] = 3 + (b + i) % 250;
      }
      session.advance(sequences, tokens);
    }
    return sequences.getFirst().logits(start + DECODED);
  }

  /// Closes the model, and deletes its file if it was made here.
  ///
  /// @throws IOException if that fails
  @TearDown
  public void delete() throws IOException {
    session.close();
    llama.close();
    if (made != null) {
      Files.delete(made);
    }
  }
}
