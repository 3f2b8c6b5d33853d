package dev.jacquard.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTokenizerTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Strings over few letters, so that pairs repeat.
  private static List<byte[]> corpus(int count, int letters, long seed) {
    Random random = new Random(seed);
    List<byte[]> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] stream = new byte[random.nextInt(300)];
      for (int j = 0; j < stream.length; j++) {
        stream[j] = (byte) (250 + (random.nextInt(letters) * random.nextInt(letters)) / letters);
      }
      streams.add(stream);
    }
    return streams;
  }

  @Test
  void learnsTheMostFrequentPairFirst() {
    BytePairTokenizer bpe = BytePairTokenizer.train(List.of(bytes("abxabyabzcd")), 260);
    assertThat(bpe.vocabSize()).isEqualTo(260);
    assertThat(bpe.bytesOf(259)).isEqualTo(bytes("ab"));
    assertThat(bpe.encode(bytes("xab"))).containsExactly(3 + 'x', 259);
  }

  @Test
  void breaksTiesByTheLowestPair() {
    // "ba", "ac" and "ab" twice each
    List<byte[]> streams = List.of(bytes("ba"), bytes("ba-ac"), bytes("ac"), bytes("ab+ab"));
    BytePairTokenizer bpe = BytePairTokenizer.train(streams, 262);
    assertThat(bpe.bytesOf(259)).isEqualTo(bytes("ab"));
    assertThat(bpe.bytesOf(260)).isEqualTo(bytes("ac"));
    assertThat(bpe.bytesOf(261)).isEqualTo(bytes("ba"));
  }

  @Test
  void countsOverlappingPairsOnce() {
    // "aaa" shortens by one through "aa", so "bc" (3) comes before "aa" (2)
    BytePairTokenizer bpe =
        BytePairTokenizer.train(List.of(bytes("aaa"), bytes("aaa"), bytes("bc-bc+bc")), 260);
    assertThat(bpe.bytesOf(259)).isEqualTo(bytes("bc"));
  }

  @Test
  void neverMergesAcrossStreams() {
    List<byte[]> streams = List.of(bytes("a"), bytes("b"), bytes("a"), bytes("b"));
    assertThat(BytePairTokenizer.train(streams, 320).vocabSize()).isEqualTo(259);
  }

  @Test
  void neverSpellsTheSameBytesTwice() {
    BytePairTokenizer bpe = BytePairTokenizer.train(corpus(200, 4, 1), 400);
    List<String> spellings = new ArrayList<>();
    for (int id = 3; id < bpe.vocabSize(); id++) {
      spellings.add(new String(bpe.bytesOf(id), StandardCharsets.ISO_8859_1));
    }
    assertThat(spellings).doesNotHaveDuplicates().hasSize(397);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void losesNothing(long seed) {
    BytePairTokenizer bpe = BytePairTokenizer.train(corpus(100, 6, seed), 320);
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] any = new byte[random.nextInt(500)];
      random.nextBytes(any);
      assertThat(bpe.decode(bpe.encode(any))).as("seed %d", seed).isEqualTo(any);
    }
    for (byte[] like : corpus(200, 6, seed + 100)) {
      assertThat(bpe.decode(bpe.encode(like))).as("seed %d", seed).isEqualTo(like);
    }
  }

  @Test
  void shortensStreamsItHasNotSeen() {
    BytePairTokenizer bpe = BytePairTokenizer.train(corpus(300, 6, 1), 320);
    int bytes = 0;
    int tokens = 0;
    for (byte[] stream : corpus(100, 6, 2)) {
      bytes += stream.length;
      tokens += bpe.encode(stream).length;
    }
    assertThat(tokens).isLessThan(bytes * 6 / 10);
  }

  /// The usual definition: while there is a known pair, apply the one learned first.
  @Test
  void encodesLikeTheTextbook() {
    BytePairTokenizer bpe = BytePairTokenizer.train(corpus(100, 4, 5), 320);
    Map<Long, Integer> ranks = new HashMap<>();
    for (int r = 0; r < bpe.mergeCount(); r++) {
      ranks.put(((long) bpe.left(r) << 32) | bpe.right(r), r);
    }
    for (byte[] stream : corpus(50, 4, 6)) {
      List<Integer> ids = new ArrayList<>();
      for (byte b : stream) {
        ids.add(3 + (b & 0xFF));
      }
      while (true) {
        int best = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < ids.size(); i++) {
          Integer rank = ranks.get(((long) ids.get(i) << 32) | ids.get(i + 1));
          best = rank == null ? best : Math.min(best, rank);
        }
        if (best == Integer.MAX_VALUE) {
          break;
        }
        for (int i = 0; i + 1 < ids.size(); i++) {
          if (ids.get(i) == bpe.left(best) && ids.get(i + 1) == bpe.right(best)) {
            ids.set(i, 259 + best);
            ids.remove(i + 1);
          }
        }
      }
      assertThat(bpe.encode(stream)).isEqualTo(ids.stream().mapToInt(i -> i).toArray());
    }
  }

  @Test
  void learnsTheSameTwice() {
    int[] first =
        BytePairTokenizer.train(corpus(100, 9, 1), 320).encode(corpus(1, 9, 2).getFirst());
    int[] again =
        BytePairTokenizer.train(corpus(100, 9, 1), 320).encode(corpus(1, 9, 2).getFirst());
    assertThat(again).isEqualTo(first);
  }

  @Test
  void leavesSpecialsOutAndRejectsUnknownIds() {
    for (ByteStreamTokenizer t :
        List.of(new ByteTokenizer(), BytePairTokenizer.train(List.of(), 259))) {
      assertThat(t.vocabSize()).isEqualTo(259);
      assertThat(t.encode(new byte[] {0, -1})).containsExactly(3, 258);
      assertThat(t.decode(new int[] {1, 3 + 65, 0, 258, 2})).containsExactly(65, -1);
      assertThatThrownBy(() -> t.decode(new int[] {259})).hasMessageContaining("259");
      assertThatThrownBy(() -> t.decode(new int[] {-1})).hasMessageContaining("-1");
    }
    assertThatThrownBy(() -> BytePairTokenizer.train(List.of(), 258)).hasMessageContaining("258");
  }

  @Test
  void savesAndLoads() throws IOException {
    BytePairTokenizer bpe = BytePairTokenizer.train(corpus(100, 6, 1), 320);
    Path file = folder.resolve("tokenizer.json");
    bpe.save(file);
    BytePairTokenizer back = BytePairTokenizer.load(file);
    assertThat(back.vocabSize()).isEqualTo(bpe.vocabSize()).isEqualTo(320);
    for (int id = 0; id < 320; id++) {
      assertThat(back.bytesOf(id)).isEqualTo(bpe.bytesOf(id));
    }
    byte[] stream = corpus(1, 6, 9).getFirst();
    assertThat(back.encode(stream)).isEqualTo(bpe.encode(stream));
    byte[] first = Files.readAllBytes(file);
    back.save(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    assertThat(folder.toFile().list()).containsExactly("tokenizer.json");
  }

  @Test
  void readsMergesInTheOlderSpelling() throws IOException {
    BytePairTokenizer bpe = BytePairTokenizer.train(List.of(bytes("abab")), 260);
    Path file = folder.resolve("tokenizer.json");
    bpe.save(file);
    String json = Files.readString(file);
    String older = json.replaceAll("\\[\"(.)\",\"(.)\"\\]", "\"$1 $2\"");
    assertThat(older).isNotEqualTo(json);
    Files.writeString(file, older);
    assertThat(BytePairTokenizer.load(file).bytesOf(259)).isEqualTo(bytes("ab"));
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertThatThrownBy(() -> BytePairTokenizer.load(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("no such file");
    BytePairTokenizer.train(List.of(bytes("abababcabc")), 261).save(file);
    String json = Files.readString(file);
    rejects(file, json.substring(0, json.length() / 2), "damaged JSON");
    rejects(file, "[]", "the file is wrong; found ArrayList; need Map");
    rejects(file, "{}", "\"model\" is wrong; found nothing");
    rejects(file, json.replace("\"BPE\"", "\"Unigram\""), "type \"Unigram\"; need \"BPE\"");
    rejects(file, json.replace("\"<s>\":1", "\"<s>\":2"), "\"<s>\" has id 2; need 1");
    rejects(file, json.replace("\"<s>\":1,", ""), "260 ids for 259 and 2 merges; need 261");
    String ab = "\u2861\u2862";
    rejects(file, json.replace(ab + "\":259", ab + "\":260"), "has id 260; need 259");
    rejects(file, json.replace("[\"" + ab + "\"", "[\"x\""), "merge 1 joins \"x\" with id -1");
    rejects(file, json.replaceAll("\"merges\".*", "\"merges\":3}}"), "\"model.merges\" is wrong");
    rejects(file, json.replace("[\"\u2861\",", "["), "merge 0 has 1 parts; need 2");
  }

  private static void rejects(Path file, String json, String message) throws IOException {
    Files.writeString(file, json);
    assertThatThrownBy(() -> BytePairTokenizer.load(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("tokenizer.json");
  }
}
