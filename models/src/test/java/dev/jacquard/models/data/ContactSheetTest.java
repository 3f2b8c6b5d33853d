package dev.jacquard.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  private static final int GAP = 2;

  @Test
  void eachPixelBecomesASquareInItsCell() {
    Picture grey = TestPictures.noise(3, 2, 1, 1);
    Picture colour = TestPictures.noise(3, 2, 3, 2);
    List<Picture> pictures = List.of(grey, colour, colour);
    Picture sheet = ContactSheet.of(pictures, 2, 4);
    assertThat(sheet.toString()).isEqualTo("Picture[30x22x3]"); // 2 x (12 + 2) + 2, 2 x (8 + 2) + 2
    for (int y = 0; y < sheet.height(); y++) {
      for (int x = 0; x < sheet.width(); x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(sheet.sample(x, y, c)).isEqualTo(expected(pictures, x, y, c));
        }
      }
    }
  }

  private static int expected(List<Picture> pictures, int x, int y, int c) {
    int inX = (x - GAP) % 14;
    int inY = (y - GAP) % 10;
    int index = (y - GAP) / 10 * 2 + (x - GAP) / 14;
    if (x < GAP || y < GAP || inX >= 12 || inY >= 8 || index >= pictures.size()) {
      return 255;
    }
    Picture picture = pictures.get(index);
    return picture.sample(inX / 4, inY / 4, Math.min(c, picture.channels() - 1));
  }

  @Test
  void sheetsAreStackedOnWhite() {
    Picture wide = TestPictures.noise(4, 1, 3, 1);
    Picture narrow = TestPictures.noise(2, 2, 3, 2);
    Picture stack = ContactSheet.stack(List.of(wide, narrow));
    assertThat(stack.toString()).isEqualTo("Picture[4x3x3]");
    assertThat(stack.sample(3, 0, 1)).isEqualTo(wide.sample(3, 0, 1));
    assertThat(stack.sample(1, 2, 2)).isEqualTo(narrow.sample(1, 1, 2));
    assertThat(stack.sample(2, 2, 2)).isEqualTo(255);
  }

  @Test
  void refusesNoneAndDifferentSizes() {
    assertThatIllegalArgumentException().isThrownBy(() -> ContactSheet.of(List.of(), 2, 1));
    List<Picture> pictures =
        List.of(TestPictures.noise(3, 2, 1, 1), TestPictures.noise(2, 3, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContactSheet.of(pictures, 2, 1))
        .withMessageContaining("3x2");
  }
}
