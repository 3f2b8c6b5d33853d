package dev.jacquard.models.data;

import java.util.Random;

/// Pictures for tests.
public final class TestPictures {
  private TestPictures() {}

  /// Independent random samples.
  public static Picture noise(int width, int height, int channels, long seed) {
    byte[] samples = new byte[width * height * channels];
    new Random(seed).nextBytes(samples);
    return new Picture(width, height, channels, samples);
  }

  /// A smooth picture with an edge: compresses like a photograph.
  public static Picture scene(int width, int height, int channels, long seed) {
    Random random = new Random(seed);
    double u = random.nextDouble() * 6;
    double v = random.nextDouble() * 6;
    int edge = random.nextInt(width);
    byte[] samples = new byte[width * height * channels];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++, i++) {
          double wave = Math.sin(u * x / width + c) * Math.cos(v * y / height);
          samples[i] = (byte) Math.clamp(Math.round(128 + 80 * wave + (x > edge ? 40 : 0)), 0, 255);
        }
      }
    }
    return new Picture(width, height, channels, samples);
  }
}
