package dev.jacquard.jpeg;

import java.util.SplittableRandom;

/// Pictures made by formula, the same on every machine.
final class Pictures {
  /// Kinds of content that stress different parts of the codec.
  enum Kind {
    /// Smooth colour gradients with a few shapes: what photographs and drawings are like.
    SCENE,
    /// Independent random samples: long codes, every category.
    NOISE,
    /// Black and white at the rate of pixels: largest coefficients, clamping everywhere.
    CHECKS,
    /// One colour: shortest codes.
    FLAT
  }

  private Pictures() {}

  static Raster make(Kind kind, int width, int height, int components, long seed) {
    byte[] samples = new byte[width * height * components];
    SplittableRandom random = new SplittableRandom(seed);
    int[] p = random.ints(12, 1, 64).toArray();
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < components; c++) {
          samples[i++] =
              (byte)
                  switch (kind) {
                    case SCENE -> scene(x, y, c, p);
                    case NOISE -> random.nextInt(256);
                    case CHECKS -> ((x / (1 + p[c] % 3) + y / (1 + p[c + 3] % 2)) & 1) * 255;
                    case FLAT -> 4 * p[c];
                  };
        }
      }
    }
    return new Raster(width, height, components, samples);
  }

  private static int scene(int x, int y, int c, int[] p) {
    int dx = x - p[3];
    int dy = y - p[4];
    if (dx * dx + dy * dy < 9 * p[5]) {
      return (p[c] * 4 + x * 2) & 0xFF;
    }
    if ((x + 2 * y) % (p[6] + 9) < 3) {
      return 255 - p[c + 7];
    }
    return Math.abs((p[c] * x + p[c + 1] * y) / 16 % 510 - 255);
  }
}
