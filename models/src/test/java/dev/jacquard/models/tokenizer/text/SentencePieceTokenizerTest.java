package dev.jacquard.models.tokenizer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/// `sentencepiece.json` holds a corpus of 42 lines, and what SentencePiece 0.1.97 makes of it with
/// four models: Llama 2's, and three of its own trainer (BPE with user-defined symbols, unigram
/// with byte fallback, unigram without it and without dummy prefix), each trained on READMEs.
/// `nfkc.json` holds 57 lines, some of them of characters that Unicode knows several spellings of,
/// and what it makes of them with a unigram model that normalises by `nmt_nfkc`.
class SentencePieceTokenizerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/tokenizer");
  private static final Path LLAMA_2 = Path.of("../../shared/weights/llama2-tokenizer.model");

  @TempDir Path folder;

  private static List<?> golden(String name) throws IOException {
    return golden("sentencepiece", name);
  }

  private static List<?> golden(String file, String name) throws IOException {
    Object value = ConfigFile.read(GOLDEN.resolve(file + ".json")).fields().get(name);
    return (List<?>) value;
  }

  private static SentencePieceTokenizer tokenizer(String name) throws IOException {
    Path file = name.equals("llama2") ? LLAMA_2 : GOLDEN.resolve(name + ".model");
    assumeTrue(Files.exists(file), "skipped: no " + file);
    return SentencePieceTokenizer.load(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "bpe", "unigram", "unigram-plain"})
  void encodesAsSentencePieceDoes(String name) throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer(name);
    List<?> lines = golden("lines");
    assertThat(lines).hasSizeGreaterThan(35);
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      List<?> expected = (List<?>) golden(name).get(i);
      List<Long> actual = Arrays.stream(tokenizer.encode(line)).asLongStream().boxed().toList();
      assertThat(actual).as("%s: \"%s\"", name, line).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2", "bpe", "unigram", "unigram-plain"})
  void decodesAsSentencePieceDoes(String name) throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer(name);
    for (int i = 0; i < golden("lines").size(); i++) {
      int[] ids =
          ((List<?>) golden(name).get(i)).stream().mapToInt(id -> ((Long) id).intValue()).toArray();
      assertThat(tokenizer.decode(ids))
          .as("%s: \"%s\"", name, golden("lines").get(i))
          .isEqualTo(golden(name + ".text").get(i));
    }
  }

  @Test
  void normalisesAsSentencePieceDoes() throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer("nfkc");
    List<?> lines = golden("nfkc", "lines");
    assertThat(lines).hasSizeGreaterThan(50);
    for (int i = 0; i < lines.size(); i++) {
      int[] ids = tokenizer.encode((String) lines.get(i));
      List<Long> actual = Arrays.stream(ids).asLongStream().boxed().toList();
      assertThat(actual).as("\"%s\"", lines.get(i)).isEqualTo(golden("nfkc", "nfkc").get(i));
      assertThat(tokenizer.decode(ids)).isEqualTo(golden("nfkc", "nfkc.text").get(i));
    }
  }

  @Test
  void bytesOfAnyTextComeBack() throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer("bpe"); // keeps spaces
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        int c = random.nextInt(random.nextBoolean() ? 128 : Character.MAX_CODE_POINT + 1);
        if (Character.getType(c) != Character.SURROGATE && c != 0x2581) {
          text.appendCodePoint(c);
        }
      }
      assertThat(tokenizer.decode(tokenizer.encode(text.toString())))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
    }
  }

  @Test
  void longTextsTakeNoTimeToSpeakOf() throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer("bpe");
    String text = "a".repeat(200_000);
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Test
  void knowsTokensByIdAndSpelling() throws IOException {
    SentencePieceTokenizer tokenizer = tokenizer("bpe");
    assertThat(tokenizer.vocabSize()).isEqualTo(600);
    assertThat(tokenizer.token(1)).isEqualTo("<s>");
    assertThat(tokenizer.id("</s>")).isEqualTo(2);
    assertThat(tokenizer.id("no such piece")).isEqualTo(-1);
    assertThatThrownBy(() -> tokenizer.decode(600)).hasMessageContaining("need 0 to 599");
  }

  @ParameterizedTest
  @CsvSource({
    "empty, '', 0 unknown pieces",
    "field number 0, 00, field number 0",
    "wire type, 0b, wire type 3",
    "truncated varint, 80, truncated",
    "long varint, ffffffffffffffffffffff, more than ten",
    "length over the file, 0a05, truncated",
    "length of 2^63, 0affffffffffffffffff01, truncated",
    "piece is a number, 0801, wire type 0; need 2",
    "text is not UTF-8, 0a030a01ff, not UTF-8",
    "unknown type of piece, 0a050a01611807, piece of type 7",
    "score is NaN, 0a080a016115000 0c07f, score NaN",
    "empty piece, 0a021802, is empty or comes twice",
    "same piece twice, 0a030a01610a030a0161, comes twice",
    "kind, 0a050a0161180212021804, model of kind 4",
    "bytes missing, 0a050a01611802120398 0201, 1 unknown pieces and 0 bytes",
    "bad byte, 0a050a01611806, byte piece",
    "character map, 0a050a01611802 1a03120178, malformed table of normalised"
  })
  void refusesMalformedFiles(String name, String hex, String words) throws IOException {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    Path file = Files.write(folder.resolve("x.model"), bytes);
    assertThatThrownBy(() -> SentencePieceTokenizer.load(file))
        .as(name)
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(words)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe", "nfkc"})
  void mutatedFilesAreReadOrRefused(String name) throws IOException {
    byte[] seed = Files.readAllBytes(GOLDEN.resolve(name + ".model"));
    Path file = folder.resolve("fuzz.model");
    int read = 0;
    int rounds = 300;
    for (int round = 0; round < rounds; round++) {
      SplittableRandom random = new SplittableRandom(round);
      byte[] bytes = seed.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        if (random.nextInt(5) == 0) {
          bytes = Arrays.copyOf(bytes, Math.max(1, at));
        } else {
          bytes[at] = (byte) random.nextInt(256);
        }
      }
      Files.write(file, bytes);
      try {
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.load(file);
        tokenizer.decode(tokenizer.encode("any <image> text é ﬁ"));
        read++;
      } catch (TokenizerException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
    assertThat(read).as("files that survived").isBetween(1, rounds - 1);
  }
}
