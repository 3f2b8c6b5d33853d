package dev.jacquard.models.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Reads and writes picture files through `javax.imageio`.
///
/// Anything transparent is composed over white. Grey files give one channel, all others three. The
/// orientation tag that some cameras write is not looked at.
public final class PictureFiles {
  /* Grey files are read from the raster, not with getRGB: Java holds CS_GRAY to be linear light and
  would brighten them on the way to sRGB. */

  private static final long MAX_PIXELS = 1L << 26; // 64 Mi pixels take 256 MiB as a BufferedImage

  private PictureFiles() {}

  /// Reads a PNG, JPEG, BMP or GIF file (of an animation, its first picture).
  ///
  /// @param file the file
  /// @return its picture
  /// @throws ImageDataException if the file is missing or is not a whole picture
  public static Picture read(Path file) throws ImageDataException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ImageDataException(file, "cannot read the file (" + e + ")", e);
    }
    return read(bytes, file);
  }

  /// Reads a picture file from memory.
  ///
  /// @param bytes the whole file
  /// @param origin what to name in an error
  /// @return its picture
  /// @throws ImageDataException if the bytes are not a whole picture
  public static Picture read(byte[] bytes, Path origin) throws ImageDataException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new ImageDataException(origin, "not a picture; need a PNG, JPEG, BMP or GIF file");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new ImageDataException(
              origin, "picture too large; %d pixels, at most %d".formatted(pixels, MAX_PIXELS));
        }
        return fromBufferedImage(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (ImageDataException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // readers throw both on damaged files
      throw new ImageDataException(origin, "damaged or unsupported picture (" + e + ")", e);
    }
  }

  /// Converts from Java's own picture type, composing over white.
  ///
  /// @param image any type of image
  /// @return its picture: one channel if its colour space is grey, else three
  public static Picture fromBufferedImage(BufferedImage image) {
    boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    return grey ? fromGrey(image) : fromColour(image);
  }

  private static Picture fromGrey(BufferedImage image) {
    Raster raster = image.getRaster();
    int max = (1 << image.getColorModel().getComponentSize(0)) - 1;
    boolean hasAlpha = image.getColorModel().hasAlpha();
    byte[] out = new byte[image.getWidth() * image.getHeight()];
    for (int y = 0, o = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++, o++) {
        int value = (raster.getSample(x, y, 0) * 255 + max / 2) / max;
        int alpha = hasAlpha ? (raster.getSample(x, y, 1) * 255 + max / 2) / max : 255;
        out[o] = overWhite(value, alpha);
      }
    }
    return new Picture(image.getWidth(), image.getHeight(), 1, out);
  }

  private static Picture fromColour(BufferedImage image) {
    int width = image.getWidth();
    byte[] out = new byte[width * image.getHeight() * 3];
    int[] row = new int[width];
    for (int y = 0, o = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width); // 0xAARRGGBB, sRGB, not premultiplied
      for (int argb : row) {
        int alpha = argb >>> 24;
        out[o++] = overWhite((argb >> 16) & 0xFF, alpha);
        out[o++] = overWhite((argb >> 8) & 0xFF, alpha);
        out[o++] = overWhite(argb & 0xFF, alpha);
      }
    }
    return new Picture(width, image.getHeight(), 3, out);
  }

  /// `(v·α + 255·(255 - α)) / 255`, rounded.
  private static byte overWhite(int value, int alpha) {
    return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
  }

  /// Converts to Java's own picture type.
  ///
  /// @param picture any picture
  /// @return an image of type `TYPE_BYTE_GRAY` or `TYPE_INT_RGB`
  public static BufferedImage toBufferedImage(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    if (picture.channels() == 1) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, width, height, picture.samples());
      return image;
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] rgb = new int[width * height];
    byte[] in = picture.samples();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (in[3 * i] & 0xFF) << 16 | (in[3 * i + 1] & 0xFF) << 8 | (in[3 * i + 2] & 0xFF);
    }
    image.setRGB(0, 0, width, height, rgb, 0, width);
    return image;
  }

  /// Encodes as PNG, packed as tightly as the JDK can.
  ///
  /// @param picture any picture
  /// @return a whole PNG file; equal pictures give equal bytes on one JDK
  public static byte[] toPng(Picture picture) {
    BufferedImage image = toBufferedImage(picture);
    ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(image);
    ImageWriter writer = ImageIO.getImageWriters(type, "png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0); // 0: smallest file
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new AssertionError("writing to memory cannot fail", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
