package dev.jacquard.models.jpeglm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationConfig;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.llama.RandomLlama;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.tokenizer.ByteStreamTokenizer;
import dev.jacquard.models.tokenizer.TokenizerException;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder of the form in which JPEG-LM was released, with a small random model in it.
class ReleasedJpegLmTest {
  private static final double KEEP = 0.875; // of the picture, to leave little to draw

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    try (Backend backend = Backends.cpu(1)) {
      LlamaConfig config = LlamaConfig.of(32, 2, 2, 64, 320, 12288);
      new RandomLlama(config, backend, 1).writeFolder(folder, DType.BF16, 2);
    }
    Files.write(folder.resolve("tokenizer.model"), BrailleTokenizer.untrained());
  }

  @Test
  void completesAPictureByThePapersRecipe() throws IOException {
    Picture picture = gradient();
    try (Backend backend = Backends.cpu(2);
        ImageModel loaded = ModelFamilies.load(folder, backend)) {
      JpegLm model = (JpegLm) loaded;
      assertThat(model.config().format()).isEqualTo(StreamFormat.PAPER);
      assertThat(model.llama().config().maxSeqLen()).isEqualTo(12288);
      assertThat(model.generationConfig()).isEqualTo(new GenerationConfig(1, 50, 1));
      JpegTokenizer tokenizer = model.tokenizer();
      byte[] prefix =
          new JpegPrefix(StreamFormat.PAPER).keep(tokenizer.streams().encode(picture), KEEP);
      int prompt = tokenizer.prompt(prefix).length;
      ImageModel.Request request =
          new ImageModel.Request(
              2, 2, model.generationConfig().options(0), new PlainLoop(), false, prompt + 20);
      List<GeneratedImage> images = model.complete(picture, KEEP, request, GenerationListener.NONE);
      assertThat(images).hasSize(2);
      assertThat(images.get(0).tokens()).isBetween(1, 20);
      Picture given = model.fit(picture);
      for (GeneratedImage image : images) {
        assertThat(image.picture().width()).isEqualTo(256);
        int rows = 256 * 3 * (int) (256 * KEEP - 16); // chroma of the last row is interpolated
        assertThat(Arrays.mismatch(image.picture().samples(), 0, rows, given.samples(), 0, rows))
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void bytesComeBackFromTheirTokens() throws IOException {
    ByteStreamTokenizer tokenizer = BrailleTokenizer.ofFolder(folder);
    assertThat(tokenizer.vocabSize()).isEqualTo(320);
    RandomStream random = RandomStream.of(4);
    for (int length : new int[] {0, 1, 2, 3, 1000}) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (random.uniformDouble(i) * 256);
      }
      int[] ids = tokenizer.encode(bytes);
      assertThat(tokenizer.decode(ids)).isEqualTo(bytes);
    }
    byte[] marker = {(byte) 0xFF, (byte) 0xD3};
    assertThat(tokenizer.encode(marker)).as("the blank that is put first, and a pair").hasSize(2);
    assertThat(tokenizer.decode(new int[] {1, 0, 2})).isEmpty();
  }

  @Test
  void aTokenizerWithOtherSpecialsIsRefused() throws IOException {
    byte[] pieces = BrailleTokenizer.untrained();
    String text = new String(pieces, ISO_8859_1);
    Files.write(
        folder.resolve("tokenizer.model"), text.replace("</s>", "<es>").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> BrailleTokenizer.ofFolder(folder))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("ids 1 and -1; need 1 and 2");
  }

  private static Picture gradient() {
    byte[] samples = new byte[256 * 256 * 3];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i / 3 % 256 / (1 + i % 3) + i / 768 / 2);
    }
    return new Picture(256, 256, 3, samples);
  }
}
