package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.ByteTokenizer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrammarFilterTest {
  private static final int MAX_TOKENS = 200;

  /// As a speculative loop does it: some tokens are added, some are taken back or replaced.
  @ParameterizedTest
  @EnumSource
  void followsASequenceThatIsRolledBack(HuffmanTables tables) {
    StreamFormat format = new StreamFormat(16, 16, 1, 50, Sampling.S444, tables, false);
    ByteStreamTokenizer bytes = new ByteTokenizer();
    StreamGrammar grammar = new StreamGrammar(new JpegStream(format), bytes);
    GrammarFilter filter = new GrammarFilter(grammar, 1, MAX_TOKENS);
    SplittableRandom random = new SplittableRandom(5);
    int[] tokens = new int[MAX_TOKENS];
    tokens[0] = ByteStreamTokenizer.BEGIN;
    int length = 1;
    for (int step = 0; step < 400; step++) {
      float[] logits = filtered(filter, tokens, length, bytes.vocabSize());
      GrammarFilter fresh = new GrammarFilter(grammar, 1, MAX_TOKENS);
      assertThat(logits)
          .as("step %d, %d tokens", step, length)
          .isEqualTo(filtered(fresh, tokens, length, bytes.vocabSize()));
      if (length > 5 && random.nextInt(4) == 0) {
        length -= random.nextInt(4);
        tokens[length - 1] = random.nextInt(bytes.vocabSize());
      }
      int token = draw(logits, random);
      if (token == ByteStreamTokenizer.END || length == MAX_TOKENS - 1) {
        length = 1;
      } else {
        tokens[length++] = token;
      }
    }
  }

  private static float[] filtered(GrammarFilter filter, int[] tokens, int length, int vocabSize) {
    float[] logits = new float[vocabSize];
    filter.process(0, tokens, length, logits);
    return logits;
  }

  private static int draw(float[] logits, SplittableRandom random) {
    int token = random.nextInt(logits.length);
    while (logits[token] == Float.NEGATIVE_INFINITY) {
      token = random.nextInt(logits.length);
    }
    return token;
  }
}
