package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamGrammarTest {
  private static final int PICTURES = 12;

  @ParameterizedTest
  @MethodSource("dev.jacquard.models.jpeglm.JpegStreamTest#formats")
  void neverForbidsATokenOfARealStream(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    for (ByteStreamTokenizer bytes : tokenizers(streams)) {
      StreamGrammar grammar = new StreamGrammar(streams, bytes);
      StreamGrammar.Cursor cursor = grammar.start();
      for (byte[] stream : pictures(streams)) {
        for (int token : new JpegTokenizer(streams, bytes).document(stream)) {
          assertThat(allows(grammar.allowed(cursor), token)).isTrue();
          assertThat(cursor.accept(token)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.jacquard.models.jpeglm.JpegStreamTest#formats")
  void acceptsExactlyTheCompleteStreams(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    JpegValidity validity = new JpegValidity(streams);
    JpegTokenizer tokenizer = new JpegTokenizer(streams, new ByteTokenizer());
    StreamGrammar grammar = new StreamGrammar(streams, tokenizer.bytes());
    SplittableRandom random = new SplittableRandom(3);
    int whole = 0;
    for (byte[] stream : pictures(streams)) {
      for (int trial = 0; trial < 40; trial++) {
        byte[] damaged = stream.clone();
        for (int edits = random.nextInt(3); edits > 0; edits--) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        boolean complete = validity.isComplete(damaged);
        assertThat(accepts(grammar, tokenizer.document(damaged))).isEqualTo(complete);
        whole += complete ? 1 : 0;
      }
    }
    assertThat(whole).as("both outcomes are tested").isBetween(PICTURES, 39 * PICTURES);
  }

  @ParameterizedTest
  @MethodSource("dev.jacquard.models.jpeglm.JpegStreamTest#formats")
  void whateverIsDrawnFromTheAllowedTokensIsAWholeFile(StreamFormat format) {
    JpegStream streams = new JpegStream(format);
    JpegValidity validity = new JpegValidity(streams);
    SplittableRandom random = new SplittableRandom(4);
    for (ByteStreamTokenizer bytes : tokenizers(streams)) {
      StreamGrammar grammar = new StreamGrammar(streams, bytes);
      JpegTokenizer tokenizer = new JpegTokenizer(streams, bytes);
      StreamGrammar.Cursor cursor = grammar.start();
      cursor.accept(ByteStreamTokenizer.BEGIN);
      List<Integer> drawn = new ArrayList<>();
      while (drawn.isEmpty() || drawn.getLast() != ByteStreamTokenizer.END) {
        int[] choices = choices(grammar.allowed(cursor), grammar.vocabSize());
        assertThat(choices).as("something can always follow").isNotEmpty();
        int token = choices[random.nextInt(choices.length)];
        cursor.accept(token);
        drawn.add(token);
      }
      byte[] stream = tokenizer.stream(drawn.stream().mapToInt(t -> t).toArray());
      assertThat(validity.problem(stream)).isEmpty();
    }
  }

  /// The fuzz target by itself, with seeded damage instead of the fuzzer's.
  @Test
  void theFuzzTargetPassesDamagedStreams() {
    SplittableRandom random = new SplittableRandom(6);
    List<StreamFormat> formats =
        JpegStreamTest.formats().filter(format -> format.width() <= 64).toList();
    for (int trial = 0; trial < 600; trial++) {
      int format = trial % formats.size();
      JpegStream streams = new JpegStream(formats.get(format));
      byte[] stream = streams.encode(JpegStreamTest.scene(formats.get(format), trial));
      int header = streams.header().length;
      byte[] input = new byte[stream.length - header + 1];
      input[0] = (byte) format;
      System.arraycopy(stream, header, input, 1, input.length - 1);
      for (int edits = random.nextInt(3); edits > 0; edits--) {
        input[1 + random.nextInt(input.length - 1)] ^= (byte) (1 << random.nextInt(8));
      }
      FuzzStreamGrammar.fuzzerTestOneInput(input);
    }
  }

  private static List<byte[]> pictures(JpegStream streams) {
    List<byte[]> pictures = new ArrayList<>();
    for (int seed = 0; seed < PICTURES; seed++) {
      pictures.add(streams.encode(JpegStreamTest.scene(streams.format(), seed)));
    }
    return pictures;
  }

  private static List<ByteStreamTokenizer> tokenizers(JpegStream streams) {
    return List.of(new ByteTokenizer(), BytePairTokenizer.train(pictures(streams), 320));
  }

  private static boolean accepts(StreamGrammar grammar, int[] document) {
    StreamGrammar.Cursor cursor = grammar.start();
    for (int token : document) {
      cursor.accept(token);
    }
    return !cursor.isBroken();
  }

  private static boolean allows(long[] bits, int token) {
    return (bits[token / 64] >>> token & 1) == 1;
  }

  private static int[] choices(long[] bits, int vocabSize) {
    return IntStream.range(0, vocabSize).filter(v -> allows(bits, v)).toArray();
  }
}
