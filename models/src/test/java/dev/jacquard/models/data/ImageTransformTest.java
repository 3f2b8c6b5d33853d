package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTransformTest {

  @Test
  void cutsOutTheCentralSquare() {
    Picture wide = new Picture(4, 1, 1, new byte[] {1, 2, 3, 4});
    assertThat(ImageTransform.centreSquare(wide)).isEqualTo(new Picture(1, 1, 1, new byte[] {2}));
    Picture tall = new Picture(1, 3, 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThat(ImageTransform.centreSquare(tall))
        .isEqualTo(new Picture(1, 1, 3, new byte[] {4, 5, 6}));
  }

  @Test
  void flipsPixelsNotSamples() {
    Picture picture = new Picture(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6});
    Picture flipped = ImageTransform.flipHorizontal(picture);
    assertThat(flipped.samples()).containsExactly(4, 5, 6, 1, 2, 3);
    assertThat(ImageTransform.flipHorizontal(flipped)).isEqualTo(picture);
  }

  @Test
  void turnsGreyIntoColourAndBack() {
    Picture grey = TestPictures.noise(5, 3, 1, 1);
    assertThat(ImageTransform.channels(ImageTransform.channels(grey, 3), 1)).isEqualTo(grey);
    Picture red = new Picture(1, 1, 3, new byte[] {(byte) 255, 0, 0});
    assertThat(ImageTransform.channels(red, 1).sample(0, 0, 0)).isEqualTo(76);
  }

  /// Against the definition, in floating point; each of the two passes rounds once.
  @ParameterizedTest
  @CsvSource({"64,64,32,32", "33,17,7,31", "5,5,5,9", "3,2,16,16", "1,1,4,4", "100,80,1,1"})
  void resizesByTheDefinition(int width, int height, int newWidth, int newHeight) {
    Picture picture = TestPictures.noise(width, height, 3, 7);
    Picture resized = Resize.bilinear(picture, newWidth, newHeight);
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          double total = 0;
          for (int v = 0; v < height; v++) {
            for (int u = 0; u < width; u++) {
              double w = triangle(x, u, width, newWidth) * triangle(y, v, height, newHeight);
              sum += w * picture.sample(u, v, c);
              total += w;
            }
          }
          assertThat((double) resized.sample(x, y, c))
              .isCloseTo(sum / total, org.assertj.core.data.Offset.offset(1.01));
        }
      }
    }
  }

  private static double triangle(int i, int j, int from, int to) {
    double scale = (double) from / to;
    return Math.max(0, 1 - Math.abs(j + 0.5 - (i + 0.5) * scale) / Math.max(1, scale));
  }

  @Test
  void resizesWhiteToWhite() {
    byte[] white = new byte[37 * 41];
    java.util.Arrays.fill(white, (byte) 255);
    assertThat(Resize.bilinear(new Picture(37, 41, 1, white), 13, 60).samples())
        .containsOnly((byte) 255);
  }

  @Test
  void fitsAnyPicture() {
    Picture fitted = ImageTransform.fit(8, 8, 1).apply(TestPictures.scene(30, 21, 3, 1));
    assertThat(fitted.width()).isEqualTo(8);
    assertThat(fitted.height()).isEqualTo(8);
    assertThat(fitted.channels()).isEqualTo(1);
    assertThatThrownBy(() -> Resize.bilinear(fitted, 0, 3)).hasMessageContaining("0x3");
  }
}
