package dev.jacquard.models.tokenizer.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Fuzz target: a `tokenizer.model` or `tokenizer.json`, as the first argument says. It is refused,
/// or what it makes of a text are tokens of its own.
public final class FuzzTokenizer {
  private static final String TEXT = "Hi  w\u00f6rld\n\u2581\ud83d\ude00 12";
  private static final long NANOS = 2_000_000_000L;
  private static final long HEAP_BYTES = 128L << 20;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static String name = "model";
  private static Path file = Path.of("");

  private FuzzTokenizer() {}

  /// Chooses the form; the fuzzer calls it first.
  ///
  /// @param args `model` or `json`
  public static void fuzzerInitialize(String[] args) {
    name = args[0];
    try {
      file = Files.createTempDirectory("fuzz").resolve("tokenizer");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tries one input.
  ///
  /// @param bytes any
  public static void fuzzerTestOneInput(byte[] bytes) {
    for (int trial = 0; trial < 2; trial++) { // the first may load classes
      long time = THREAD.getCurrentThreadCpuTime();
      long heap = THREAD.getCurrentThreadAllocatedBytes();
      read(bytes);
      time = THREAD.getCurrentThreadCpuTime() - time;
      heap = THREAD.getCurrentThreadAllocatedBytes() - heap;
      if (time < NANOS && heap < HEAP_BYTES) {
        return;
      }
    }
    throw new AssertionError("too much time or memory for " + bytes.length + " bytes");
  }

  private static void read(byte[] bytes) {
    try {
      Files.write(file, bytes);
      TextTokenizer tokenizer =
          name.equals("json") ? HuggingFaceTokenizer.load(file) : SentencePieceTokenizer.load(file);
      int[] ids = tokenizer.encode(TEXT);
      for (int id : ids) {
        assertThat(id).isBetween(0, tokenizer.vocabSize() - 1);
      }
      tokenizer.decode(ids);
    } catch (TokenizerException e) {
      assertThat(e).hasMessageStartingWith("tokenizer: ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
