package dev.jacquard.jpeg.imageio;

import dev.jacquard.jpeg.ColorModel;
import dev.jacquard.jpeg.JpegHeader;
import dev.jacquard.jpeg.Raster;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageTypeSpecifier;

/// Which kinds of image a picture can become: grey or RGB, of 8 bits or, where the file has more,
/// of 16; in sRGB, or in the colour space of its ICC profile, if it has a valid one.
final class JpegImageTypes {
  private JpegImageTypes() {}

  /// The kinds, the usual one first.
  static List<ImageTypeSpecifier> of(JpegHeader header) throws IIOException {
    int bands = bands(header);
    if (bands == 2) {
      throw new IIOException("jpeg reader: no colours; 2 components; need 1, 3 or 4");
    }
    if (bands == 1) {
      int type = isDeep(header) ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE;
      return List.of(ImageTypeSpecifier.createGrayscale(isDeep(header) ? 16 : 8, type, false));
    }
    if (isDeep(header)) {
      return List.of(interleaved(header, DataBuffer.TYPE_USHORT));
    }
    ImageTypeSpecifier plain =
        ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR);
    return profile(header).isCS_sRGB()
        ? List.of(plain)
        : List.of(plain, interleaved(header, DataBuffer.TYPE_BYTE));
  }

  /// The kind that keeps the samples as they are, in the colour space of the profile.
  private static ImageTypeSpecifier interleaved(JpegHeader header, int type) {
    int[] order = {0, 1, 2};
    return ImageTypeSpecifier.createInterleaved(profile(header), order, type, false, false);
  }

  /// Turns RGB samples in the colour space of the profile into sRGB.
  static Raster toSrgb(JpegHeader header, Raster raster) {
    if (profile(header).isCS_sRGB()) {
      return raster;
    }
    BufferedImage from =
        interleaved(header, DataBuffer.TYPE_BYTE)
            .createBufferedImage(raster.width(), raster.height());
    from.getRaster().setDataElements(0, 0, raster.width(), raster.height(), raster.samples());
    ColorSpace srgb = ColorSpace.getInstance(ColorSpace.CS_sRGB);
    BufferedImage to =
        ImageTypeSpecifier.createInterleaved(
                srgb, new int[] {0, 1, 2}, DataBuffer.TYPE_BYTE, false, false)
            .createBufferedImage(raster.width(), raster.height());
    new ColorConvertOp(profile(header), srgb, null).filter(from.getRaster(), to.getRaster());
    byte[] samples = ((DataBufferByte) to.getRaster().getDataBuffer()).getData();
    return new Raster(raster.width(), raster.height(), 3, samples);
  }

  /// The colour space of RGB pictures; sRGB where there is none or it is not valid.
  private static ColorSpace profile(JpegHeader header) {
    byte[] bytes = header.metadata().iccProfile();
    boolean rgb = header.colors() == ColorModel.YCC || header.colors() == ColorModel.RGB;
    if (bytes.length > 0 && rgb) {
      try {
        ICC_Profile profile = ICC_Profile.getInstance(bytes);
        ICC_ColorSpace space = new ICC_ColorSpace(profile);
        if (space.getType() == ColorSpace.TYPE_RGB) {
          space.fromRGB(new float[3]); // an invalid profile shows only when it is used
          return space;
        }
      } catch (IllegalArgumentException | java.awt.color.CMMException e) {
        return ColorSpace.getInstance(ColorSpace.CS_sRGB); // as if there were none
      }
    }
    return ColorSpace.getInstance(ColorSpace.CS_sRGB);
  }

  static int bands(JpegHeader header) {
    return switch (header.colors()) {
      case GREY -> 1;
      case OTHER -> 2;
      case YCC, RGB, CMYK, YCCK -> 3;
    };
  }

  /// Whether 8 bits a sample are not enough; CMYK becomes RGB of 8 bits all the same.
  static boolean isDeep(JpegHeader header) {
    boolean inks = header.colors() == ColorModel.CMYK || header.colors() == ColorModel.YCCK;
    return header.precision() > 8 && !inks;
  }
}
