package dev.jacquard.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.data.EmojiPack;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pictures as codes of a bundled tokenizer.
class CodedPictureTest {
  private static final Path TOKENIZER = Path.of("pretrained/vq-noto");

  private final Backend backend = Backends.cpu(2);
  private VqTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    tokenizer = VqTokenizer.load(TOKENIZER, backend);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    backend.close();
  }

  private List<CodedPicture> toLearn(ImageSet pictures, String settings) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String setting : settings.split(" ", -1)) {
      values.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return CodedPicture.toLearn(pictures, new Settings(values), 0, tokenizer);
  }

  @Test
  void mirroredPicturesComeBehindTheirOriginals() throws IOException {
    Picture scene = TestPictures.scene(32, 32, 3, 1);
    Picture other = TestPictures.scene(32, 32, 3, 2);
    ImageSet pictures = TestPictures.set(List.of(scene, other));
    List<CodedPicture> both = toLearn(pictures, "flip=true");
    assertThat(both).hasSize(4);
    assertThat(both.get(0).codes()).isEqualTo(tokenizer.encode(scene));
    assertThat(both.get(1).codes()).isEqualTo(tokenizer.encode(other));
    assertThat(both.get(2).codes())
        .isEqualTo(tokenizer.encode(ImageTransform.flipHorizontal(scene)))
        .isNotEqualTo(both.get(0).codes());
    assertThat(both.get(3).label()).isEqualTo(pictures.label(1));
    assertThat(CodedPicture.of(pictures, 1, tokenizer)).hasSize(1);
  }

  @Test
  void picturesMoveBeforeTheyAreEncoded() throws IOException {
    ImageSet pictures = TestPictures.set(List.of(TestPictures.scene(32, 32, 3, 1)));
    List<CodedPicture> moved = toLearn(pictures, "flip=true shift=1 forms=18");
    assertThat(moved).hasSize(18);
    Set<String> codes = new HashSet<>();
    moved.forEach(picture -> codes.add(Arrays.toString(picture.codes())));
    assertThat(codes).as("all forms differ").hasSize(18);
    assertThat(toLearn(pictures, "flip=true shift=1")).hasSize(10);
    assertThatThrownBy(() -> toLearn(pictures, "shift=1 forms=10"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "setting: forms=10; pictures come in 9 forms with flip=false, shift=1; need 1 to 9");
  }

  @Test
  void captionsAreNamesInWords() throws IOException {
    EmojiPack emoji = EmojiPack.open(Path.of("data/noto-32.zip"));
    assertThat(CodedPicture.of(emoji, 1, tokenizer).getFirst().caption())
        .isEqualTo("grinning face");
    assertThat(emoji.select(5).map(p -> p).caption(0)).isEqualTo(emoji.caption(5));
    assertThat(new TestPictures.DarkAndBright().caption(0)).isEqualTo("a night sky");
  }
}
