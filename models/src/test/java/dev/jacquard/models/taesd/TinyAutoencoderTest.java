package dev.jacquard.models.taesd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureFiles;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The published `taef2` weights; a photograph of one's own with `-Djacquard.photo=FILE`.
class TinyAutoencoderTest {
  private static final Path WEIGHTS = Path.of("../../shared/weights");
  private static final int SIDE = 256;

  @Test
  void aPictureComesBack() throws IOException {
    Path encoder = WEIGHTS.resolve("taef2_encoder.pth");
    assumeTrue(Files.exists(encoder), "no " + encoder);
    String photo = System.getProperty("jacquard.photo", "");
    Picture picture =
        photo.isEmpty()
            ? drawn()
            : ImageTransform.fit(SIDE, SIDE, 3).apply(PictureFiles.read(Path.of(photo)));
    try (Backend backend = Backends.cpu(2);
        TinyAutoencoder taef2 =
            TinyAutoencoder.open(encoder, WEIGHTS.resolve("taef2_decoder.pth"), backend)) {
      float[] values = new float[3 * SIDE * SIDE];
      for (int i = 0; i < values.length; i++) {
        values[i] = (picture.samples()[i % (SIDE * SIDE) * 3 + i / SIDE / SIDE] & 0xFF) / 255f;
      }
      float[] back =
          TensorScope.<float[], IOException>call(
              "there and back",
              () -> {
                Tensor x = Tensor.of(backend, Shape.of(1, 3, SIDE, SIDE), values);
                Tensor z = taef2.encode(x);
                assertThat(z.shape()).isEqualTo(Shape.of(1, 32, SIDE / 8, SIDE / 8));
                return taef2.decode(z).toFloats();
              });
      double error = 0;
      byte[] samples = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        float y = Math.clamp(back[i], 0, 1);
        error += (y - values[i]) * (y - values[i]);
        samples[i % (SIDE * SIDE) * 3 + i / SIDE / SIDE] = (byte) Math.round(255 * y);
      }
      double decibels = -10 * Math.log10(error / values.length);
      System.getLogger("test").log(System.Logger.Level.INFO, "taef2: {0} dB", decibels);
      if (!photo.isEmpty()) {
        Picture result = new Picture(SIDE, SIDE, 3, samples);
        Files.write(Path.of("target", "taef2.png"), PictureFiles.toPng(result));
      }
      assertThat(decibels).isGreaterThan(20);
    }
  }

  /// Soft colours with a few edges.
  private static Picture drawn() {
    byte[] samples = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < samples.length; i++) {
      int x = i / 3 % SIDE;
      int y = i / 3 / SIDE;
      double wave = Math.sin(x * 0.03 + i % 3) * Math.cos(y * 0.04 - i % 3);
      boolean inDisc = Math.hypot(x - 150, y - 100) < 50;
      samples[i] = (byte) (int) (128 + 70 * wave + (inDisc ? 40 : 0));
    }
    return new Picture(SIDE, SIDE, 3, samples);
  }
}
