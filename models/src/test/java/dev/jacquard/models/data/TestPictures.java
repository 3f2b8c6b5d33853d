package dev.jacquard.models.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

  /// Grey scenes of which so many fall into each part of [Splits].
  public static List<Picture> parts(int size, int train, int valid, int test) {
    Map<Splits.Part, Integer> left =
        new EnumMap<>(
            Map.of(Splits.Part.TRAIN, train, Splits.Part.VALID, valid, Splits.Part.TEST, test));
    List<Picture> pictures = new ArrayList<>();
    for (long seed = 0; pictures.size() < train + valid + test; seed++) {
      Picture picture = scene(size, size, 1, seed);
      if (left.merge(Splits.partOf(picture), -1, Integer::sum) >= 0) {
        pictures.add(picture);
      }
    }
    return pictures;
  }

  /// Pictures in memory.
  public static ImageSet set(List<Picture> pictures) {
    return new ImageSet() {
      @Override
      public int size() {
        return pictures.size();
      }

      @Override
      public Picture image(int index) {
        return pictures.get(index);
      }

      @Override
      public int label(int index) {
        return -1;
      }

      @Override
      public List<String> labelNames() {
        return List.of();
      }

      @Override
      public String name(int index) {
        return Integer.toString(index);
      }
    };
  }

  /// Pictures as PNG files in a new folder.
  public static Path folder(Path folder, List<Picture> pictures) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < pictures.size(); i++) {
      Path file = folder.resolve("%03d.png".formatted(i));
      Files.write(file, PictureFiles.toPng(pictures.get(i)));
    }
    return folder;
  }

  /// Dark and bright pictures, 60 of each, named after what they are; every one differs.
  public record DarkAndBright() implements ImageSet {
    @Override
    public int size() {
      return 120;
    }

    @Override
    public Picture image(int index) {
      byte[] samples = new byte[64];
      Arrays.fill(samples, (byte) (label(index) == 0 ? 24 : 216));
      samples[63] = (byte) index;
      samples[0] = (byte) ((samples[0] & 0xff) + index % 3 * 16);
      return new Picture(8, 8, 1, samples);
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public List<String> labelNames() {
      return List.of("dark", "bright");
    }

    @Override
    public String name(int index) {
      return "some/" + (label(index) == 0 ? "a night sky" : "snow") + ".png";
    }
  }
}
