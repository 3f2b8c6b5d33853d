package dev.jacquard.jmh.grammar;

import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageSets;
import dev.jacquard.models.jpeglm.GrammarFilter;
import dev.jacquard.models.jpeglm.JpegStream;
import dev.jacquard.models.jpeglm.JpegTokenizer;
import dev.jacquard.models.jpeglm.StreamFormat;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What the JPEG grammar costs: working out which tokens can follow, and forbidding the others, for
/// each token of real streams of 32x32 colour pictures. With `tokens` = `bytes` a token is a byte.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class GrammarBenchmark {
  private static final int PICTURES = 97;

  /// The Huffman tables of the streams.
  @Param({"BYTE_ALIGNED", "TYPICAL"})
  public HuffmanTables tables;

  /// What a token is: `bytes`, or `pairs` of a vocabulary of 512.
  @Param({"bytes", "pairs"})
  public String tokens;

  /// Where pictures are, as `--data` of the command line.
  @Param("models/data/noto-32.zip")
  public String pictures;

  private final List<int[]> documents = new ArrayList<>();
  private JpegTokenizer tokenizer;
  private float[] logits;
  private GrammarFilter known;
  private int document;
  private int length;

  /// Encodes the pictures, and goes over all of them once, checking that nothing is forbidden.
  ///
  /// @throws IOException if the pictures cannot be read
  @Setup
  public void setup() throws IOException {
    StreamFormat format = new StreamFormat(32, 32, 3, 50, Sampling.S420, tables, false);
    JpegStream streams = new JpegStream(format);
    ImageSet set = ImageSets.open(Path.of(pictures));
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      files.add(streams.encode(set.image(i * (set.size() / PICTURES))));
    }
    ByteStreamTokenizer bytes =
        tokens.equals("bytes") ? new ByteTokenizer() : BytePairTokenizer.train(files, 512);
    tokenizer = new JpegTokenizer(streams, bytes);
    files.forEach(file -> documents.add(tokenizer.document(file)));
    logits = new float[bytes.vocabSize()];
    known = filter();
    for (int[] tokensOfOne : documents) {
      follow(known, tokensOfOne);
    }
  }

  private GrammarFilter filter() {
    int longest = documents.stream().mapToInt(d -> d.length).max().orElseThrow();
    return new GrammarFilter(tokenizer, 1, 2 * longest);
  }

  private void follow(GrammarFilter filter, int[] tokensOfOne) {
    for (int n = 1; n < tokensOfOne.length; n++) {
      logits[tokensOfOne[n]] = 0;
      filter.process(0, tokensOfOne, n, logits);
      if (logits[tokensOfOne[n]] != 0) {
        throw new AssertionError("token " + n + " is forbidden");
      }
    }
  }

  /// The next token, by a grammar that has met these streams before.
  ///
  /// @return the logits
  @Benchmark
  public float[] token() {
    int[] tokensOfOne = documents.get(document);
    if (++length == tokensOfOne.length) {
      length = 1;
      document = (document + 1) % documents.size();
      tokensOfOne = documents.get(document);
    }
    known.process(0, tokensOfOne, length, logits);
    return logits;
  }

  /// Counts tokens, so that their time is reported beside that of whole runs.
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Followed {
    /// Tokens of all streams.
    public long token;
  }

  /// All streams, by a grammar that has met none.
  ///
  /// @param followed gets the number of their tokens
  /// @return the logits
  @Benchmark
  public float[] streamsFromNothing(Followed followed) {
    GrammarFilter fresh = filter();
    for (int[] tokensOfOne : documents) {
      follow(fresh, tokensOfOne);
      followed.token += tokensOfOne.length - 1;
    }
    return logits;
  }
}
