package dev.jacquard.models.t5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.llamagen.ByteTextEncoder;
import dev.jacquard.models.llamagen.CaptionFeatures;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import it.unimi.dsi.fastutil.ints.IntList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `golden/t5` holds two random encoders, one with gates and one without, and what a program in
/// NumPy, written from the paper in f64, makes of two texts of different lengths.
class T5TextEncoderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("t5 test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /// A folder as it is published.
  private Path model(String name) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve("t5").resolve(name).resolve(file), folder.resolve(file));
    }
    Files.copy(GOLDEN.resolve("tokenizer/nfkc.model"), folder.resolve("spiece.model"));
    return folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gated", "plain"})
  void featuresAreThoseOfTheFormulas(String name) throws IOException {
    ConfigFile expected = ConfigFile.read(GOLDEN.resolve("t5").resolve(name + "/expected.json"));
    List<List<Integer>> rows = expected.intLists("ids");
    int[] lengths = expected.intValues("lengths");
    int[] ids = rows.stream().flatMapToInt(r -> r.stream().mapToInt(i -> i)).toArray();
    try (T5TextEncoder t5 = T5TextEncoder.open(model(name), backend)) {
      float[] actual =
          scope.within(
              () ->
                  t5.encoder()
                      .forward(Tensor.ofInts(backend, Shape.of(2, 22), ids), lengths)
                      .toFloats());
      for (int b = 0; b < 2; b++) {
        List<?> texts = (List<?>) expected.fields().get("features");
        List<?> features = (List<?>) texts.get(b);
        assertThat(features).hasSize(lengths[b]);
        for (int t = 0; t < lengths[b]; t++) {
          List<?> row = (List<?>) features.get(t);
          for (int c = 0; c < 24; c++) {
            assertThat(actual[(b * 22 + t) * 24 + c])
                .as("text %d, token %d, feature %d", b, t, c)
                .isCloseTo(((Number) row.get(c)).floatValue(), within(2e-5f));
          }
        }
      }
    }
  }

  /// Values of the authors' table of 32 buckets up to 128.
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 1",
    "-7, 7",
    "-8, 8",
    "-11, 8",
    "-12, 9",
    "-15, 9",
    "-16, 10",
    "-22, 10",
    "-23, 11",
    "-31, 11",
    "-32, 12",
    "-46, 13",
    "-64, 14",
    "-90, 14",
    "-91, 15",
    "-128, 15",
    "-5000, 15",
    "1, 17",
    "7, 23",
    "8, 24",
    "5000, 31"
  })
  void bucketsWidenWithDistance(int distance, int bucket) {
    assertThat(RelativePositions.bucket(distance, 32, 128)).isEqualTo(bucket);
  }

  @Test
  void textsAreCutAndEndWithAToken() throws IOException {
    try (T5TextEncoder t5 = T5TextEncoder.open(model("gated"), backend)) {
      T5TextEncoder.Encoded both =
          scope.within(() -> t5.encode(List.of("a", "a very long text about a fish"), 6));
      T5TextEncoder.Encoded one = scope.within(() -> t5.encode(List.of("a"), 40));
      assertThat(both.features().shape()).isEqualTo(Shape.of(2, 6, 24));
      assertThat(both.lengths().getInt(1)).isEqualTo(6);
      assertThat(both.lengths().getInt(0)).isEqualTo(one.lengths().getInt(0)).isLessThan(6);
      float[] features = both.features().toFloats();
      float[] alone = one.features().toFloats();
      for (int i = 0; i < one.lengths().getInt(0) * 24; i++) { // padding changes nothing
        assertThat(features[i]).isCloseTo(alone[i], within(2e-6f));
      }
    }
  }

  @Test
  void llamaGenReadsThemFromTheLeft() {
    Tensor features =
        scope.within(
            () -> Tensor.of(backend, Shape.of(2, 3, 2), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    ByteTextEncoder.Encoded moved =
        scope.within(
            () ->
                CaptionFeatures.filledFromTheLeft(
                    new T5TextEncoder.Encoded(features, IntList.of(1, 3))));
    assertThat(moved.features().toFloats()).containsExactly(0, 0, 0, 0, 1, 2, 7, 8, 9, 10, 11, 12);
    assertThat(moved.mask().visible().get(0)).containsExactly(false, false, true);
    assertThat(moved.mask().visible().get(1)).containsExactly(true, true, true);
  }

  @Test
  void refusesWhatIsNoEncoder() throws IOException {
    Path config = model("gated").resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"num_layers\": 2", "\"num_layers\": 3"));
    assertThatThrownBy(() -> T5TextEncoder.open(folder, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("encoder.block.2.layer.0");
    Files.writeString(config, text.replace("gated-gelu", "gated-silu"));
    assertThatThrownBy(() -> T5TextEncoder.open(folder, backend))
        .hasMessageContaining("\"gated-silu\"; need \"relu\"");
    Files.writeString(config, text.replace("\"vocab_size\": 400", "\"vocab_size\": 399"));
    assertThatThrownBy(() -> T5TextEncoder.open(folder, backend))
        .hasMessageContaining("tokenizer of 400 tokens for a table of 399");
    Files.writeString(
        config,
        text.replace(
            "\"relative_attention_num_buckets\": 8", "\"relative_attention_num_buckets\": 6"));
    assertThatThrownBy(() -> T5TextEncoder.open(folder, backend)).hasMessageContaining("6 buckets");
  }
}
