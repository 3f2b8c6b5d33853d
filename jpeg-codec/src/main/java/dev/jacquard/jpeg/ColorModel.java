package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.YccConversion;
import java.util.List;

/// What the components of a frame mean. T.81 leaves it open; JFIF, Adobe's APP14 segment (Adobe
/// Technical Note 5116, clause 18) and habit settle it.
public enum ColorModel {
  /// One component: luminance.
  GREY,
  /// Three components: luminance and two of chrominance (T.871).
  YCC,
  /// Three components as they are shown.
  RGB,
  /// Four components, in Adobe's files with 255 for no ink.
  CMYK,
  /// Four components: the inks but black, complemented and turned as [#YCC], and black.
  YCCK,
  /// Anything else, passed on as it is.
  OTHER;

  /// Guesses as libjpeg does.
  ///
  /// @param jfif whether a JFIF APP0 segment was seen, which implies YCbCr
  /// @param adobeTransform the transform byte of Adobe's APP14 segment, -1 without one
  static ColorModel of(Frame frame, boolean jfif, int adobeTransform) {
    return switch (frame.components().size()) {
      case 1 -> GREY;
      case 3 -> ofThree(frame, jfif, adobeTransform);
      case 4 -> adobeTransform > 0 ? YCCK : CMYK;
      default -> OTHER;
    };
  }

  private static ColorModel ofThree(Frame frame, boolean jfif, int adobeTransform) {
    if (jfif) {
      return YCC;
    }
    if (adobeTransform >= 0) {
      return adobeTransform == 0 ? RGB : YCC;
    }
    int[] ids = frame.components().stream().mapToInt(FrameComponent::id).toArray();
    boolean named = ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
    return named || frame.isLossless() ? RGB : YCC; // lossless files seldom change colours
  }

  /// Whether files of this kind begin with a JFIF segment.
  boolean hasJfif() {
    return this == GREY || this == YCC;
  }

  /// Whether they have Adobe's segment.
  boolean hasAdobe() {
    return this == RGB || this == CMYK || this == YCCK;
  }

  /// Identifiers of the components in files that libjpeg writes.
  int[] ids() {
    return switch (this) {
      case GREY -> new int[] {1};
      case YCC -> new int[] {1, 2, 3};
      case YCCK -> new int[] {1, 2, 3, 4};
      case RGB -> new int[] {'R', 'G', 'B'};
      case CMYK -> new int[] {'C', 'M', 'Y', 'K'};
      case OTHER -> new int[] {0, 1};
    };
  }

  /// The number of the entropy coding tables that libjpeg codes a component with: 1 for
  /// chrominance, else 0.
  int codingTable(int component) {
    return (this == YCC || this == YCCK) && (component == 1 || component == 2) ? 1 : 0;
  }

  /// Turns a row of samples into grey, RGB or CMYK, in place.
  ///
  /// @param rows by component
  /// @param n number of pixels
  /// @param precision bits of a sample
  void convert(List<short[]> rows, int n, int precision) {
    if (this == YCC || this == YCCK) {
      YccConversion.toRgb(rows.get(0), rows.get(1), rows.get(2), n, precision);
    }
    if (this == YCCK) {
      int max = (1 << precision) - 1;
      for (short[] row : rows.subList(0, 3)) {
        for (int x = 0; x < n; x++) {
          row[x] = (short) (max - (row[x] & 0xFFFF));
        }
      }
    }
  }
}
