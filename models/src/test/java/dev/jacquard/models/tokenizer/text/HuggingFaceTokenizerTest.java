package dev.jacquard.models.tokenizer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two small tokenizers of the forms of Llama 2 (byte fallback, spaces as U+2581) and Llama 3
/// (bytes as characters, its regular expression), and what the `@huggingface/tokenizers` 0.2.0
/// package makes of 42 lines with each: `huggingface.json`. A U+FEFF that JavaScript drops when it
/// decodes was put back by hand.
class HuggingFaceTokenizerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/tokenizer");

  @TempDir Path folder;

  private static List<?> golden(String name) throws IOException {
    Object value = ConfigFile.read(GOLDEN.resolve("huggingface.json")).fields().get(name);
    return (List<?>) value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fallback", "bytelevel"})
  void encodesAndDecodesAsTheReferenceDoes(String name) throws IOException {
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.load(GOLDEN.resolve(name + "-tokenizer.json"));
    List<?> lines = golden("lines");
    assertThat(lines).hasSizeGreaterThan(35);
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      List<?> expected = (List<?>) golden(name).get(i);
      int[] ids = tokenizer.encodeWithSpecials(line);
      assertThat(Arrays.stream(ids).asLongStream().boxed().toList())
          .as("%s: \"%s\"", name, line)
          .isEqualTo(expected);
      assertThat(tokenizer.decode(ids))
          .as("%s: \"%s\"", name, line)
          .isEqualTo(golden(name + ".text").get(i));
    }
  }

  @Test
  void bytesOfAnyTextComeBack() throws IOException {
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.load(GOLDEN.resolve("bytelevel-tokenizer.json"));
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        int c = random.nextInt(random.nextBoolean() ? 128 : Character.MAX_CODE_POINT + 1);
        if (Character.getType(c) != Character.SURROGATE) {
          text.appendCodePoint(c);
        }
      }
      assertThat(tokenizer.decode(tokenizer.encode(text.toString())))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | missing",
        "[] | need an object",
        "{} | \"file.model\" is missing",
        "{\"model\":{\"type\":\"Unigram\"}} | need BPE",
        "{\"model\":{\"vocab\":{\"a\":-1},\"merges\":[]}} | is -1",
        "{\"model\":{\"vocab\":{\"a\":99999999},\"merges\":[]}} | need an id",
        "{\"model\":{\"vocab\":{\"a\":\"b\"},\"merges\":[]}} | need a whole number",
        "{\"model\":{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}} | the id 0",
        "{\"model\":{\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]}} | no valid JSON",
        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a\"]}} | two tokens",
        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}} | not in the vocabulary",
        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}} | need a text",
        "{\"model\":{\"vocab\":{},\"merges\":[]},\"normalizer\":{\"type\":\"X\"}} | type \"X\"",
        "{\"model\":{\"vocab\":{},\"merges\":[]},\"pre_tokenizer\":{\"type\":\"X\"}} | type \"X\"",
        "{\"model\":{\"vocab\":{},\"merges\":[]},\"decoder\":{\"type\":\"X\"}} | type \"X\"",
        "{\"model\":{\"vocab\":{},\"merges\":[]},\"added_tokens\":[{\"id\":0,\"content\":\"\"}]} |"
            + " is empty",
        "{\"model\":{\"vocab\":{},\"merges\":[]}} x | no valid JSON"
      })
  void refusesMalformedFiles(String json, String words) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(words)
        .hasMessageContaining(file.toString());
  }
}
