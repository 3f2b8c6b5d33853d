package dev.jacquard.models.var;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pictures as codes of the bundled tokenizer.
class LabelledMapsTest {
  private static final Path TOKENIZER = Path.of("pretrained/var-tokenizer-noto");

  @Test
  void mirroredPicturesComeBehindTheirOriginals() throws IOException {
    Picture scene = TestPictures.scene(32, 32, 3, 1);
    Picture other = TestPictures.scene(32, 32, 3, 2);
    ImageSet pictures = TestPictures.set(List.of(scene, other));
    try (Backend backend = Backends.cpu(2);
        VqTokenizer tokenizer = VqTokenizer.load(TOKENIZER, backend)) {
      List<LabelledMaps> both = LabelledMaps.of(pictures, 2, true, tokenizer);
      assertThat(both).hasSize(4);
      assertThat(both.get(0).codes()).isEqualTo(tokenizer.encode(scene));
      assertThat(both.get(1).codes()).isEqualTo(tokenizer.encode(other));
      assertThat(both.get(2).codes())
          .isEqualTo(tokenizer.encode(ImageTransform.flipHorizontal(scene)))
          .isNotEqualTo(both.get(0).codes());
      assertThat(both.get(3).label()).isEqualTo(pictures.label(1));
      assertThat(LabelledMaps.of(pictures, 1, false, tokenizer)).hasSize(1);
    }
  }
}
