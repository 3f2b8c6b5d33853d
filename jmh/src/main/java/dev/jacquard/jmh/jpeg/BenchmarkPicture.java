package dev.jacquard.jmh.jpeg;

import dev.jacquard.jpeg.Raster;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/// What the codecs are measured on: a file, or a picture made here that is as hard to code as a
/// photograph.
final class BenchmarkPicture {
  /// The name of the picture that needs no file.
  static final String GENERATED = "generated";

  private static final int WIDTH = 2560;
  private static final int HEIGHT = 1600;

  private BenchmarkPicture() {}

  /// A picture in RGB.
  ///
  /// @param name [#GENERATED], or the path of a file that Image I/O reads
  static Raster of(String name) throws IOException {
    if (name.equals(GENERATED)) {
      return new Raster(WIDTH, HEIGHT, 3, generate());
    }
    BufferedImage image = ImageIO.read(new File(name));
    if (image == null) {
      throw new IOException("benchmark: cannot read " + name);
    }
    int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    byte[] samples = new byte[3 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      samples[3 * i] = (byte) (argb[i] >> 16);
      samples[3 * i + 1] = (byte) (argb[i] >> 8);
      samples[3 * i + 2] = (byte) argb[i];
    }
    return new Raster(image.getWidth(), image.getHeight(), 3, samples);
  }

  /// Surfaces with edges between them and a texture whose amplitude is proportional to its
  /// wavelength, which is the spectrum of natural pictures; colours change more slowly.
  private static byte[] generate() {
    byte[] samples = new byte[3 * WIDTH * HEIGHT];
    int i = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double surface = noise(x, y, 400, 1) + 0.3 * noise(x, y, 70, 2);
        double luma = surface > 0 ? 150 : 95;
        double roughness = 0.4 + 2.0 * Math.max(0, noise(x, y, 600, 3));
        for (int wavelength = 256, seed = 4; wavelength >= 2; wavelength /= 2, seed++) {
          double amplitude = wavelength > 16 ? 0.25 * wavelength : roughness * wavelength;
          luma += amplitude * noise(x, y, wavelength, seed);
        }
        double warm = 30 * noise(x, y, 300, 20) + (surface > 0 ? 12 : -12);
        double green = 20 * noise(x, y, 150, 21) + 4 * roughness * noise(x, y, 8, 22);
        samples[i++] = (byte) Math.clamp((long) (luma + warm), 0, 255);
        samples[i++] = (byte) Math.clamp((long) (luma + green), 0, 255);
        samples[i++] = (byte) Math.clamp((long) (luma - warm), 0, 255);
      }
    }
    return samples;
  }

  /// Values in -1..1 on a grid of a wavelength, smoothly interpolated.
  private static double noise(int x, int y, int wavelength, int seed) {
    int column = x / wavelength;
    int row = y / wavelength;
    double u = smooth((double) (x % wavelength) / wavelength);
    double v = smooth((double) (y % wavelength) / wavelength);
    double above = mix(hash(column, row, seed), hash(column + 1, row, seed), u);
    double below = mix(hash(column, row + 1, seed), hash(column + 1, row + 1, seed), u);
    return mix(above, below, v);
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double a, double b, double t) {
    return a + (b - a) * t;
  }

  /// A number in -1..1 that looks random: the finalizer of MurmurHash3.
  private static double hash(int column, int row, int seed) {
    int h = column * 0x9E3779B1 ^ row * 0x85EBCA77 ^ seed * 0xC2B2AE3D;
    h = (h ^ h >>> 16) * 0x85EBCA6B;
    h = (h ^ h >>> 13) * 0xC2B2AE35;
    return (h ^ h >>> 16) / 2147483648.0;
  }
}
