package dev.jacquard.models.llamagen;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.ImageTransform;
import dev.jacquard.models.data.Picture;
import java.util.List;
import java.util.Map;

/// A tokenizer that needs no training: 8x8 grey pictures as a 4x4 grid of 16 levels of brightness.
///
/// @param hash what it says of itself
public record BrightnessTokenizer(String hash) implements TokenizerModel {
  static final int SIDE = 4;
  static final int LEVELS = 16;

  @Override
  public int vocabSize() {
    return LEVELS;
  }

  @Override
  public int gridRows() {
    return SIDE;
  }

  @Override
  public int gridColumns() {
    return SIDE;
  }

  @Override
  public Picture fit(Picture picture) {
    return ImageTransform.fit(2 * SIDE, 2 * SIDE, 1).apply(picture);
  }

  @Override
  public int[] encode(Picture picture) {
    int[] codes = new int[SIDE * SIDE];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = picture.sample(2 * (i % SIDE), 2 * (i / SIDE), 0) / LEVELS;
    }
    return codes;
  }

  @Override
  public Picture decode(int[] codes) {
    byte[] samples = new byte[4 * SIDE * SIDE];
    for (int i = 0; i < samples.length; i++) {
      int code = codes[i / (2 * SIDE) / 2 * SIDE + i % (2 * SIDE) / 2];
      samples[i] = (byte) (code * LEVELS + LEVELS / 2);
    }
    return new Picture(2 * SIDE, 2 * SIDE, 1, samples);
  }

  @Override
  public List<int[]> encodeAll(List<Picture> pictures) {
    return pictures.stream().map(this::encode).toList();
  }

  @Override
  public List<Picture> decodeAll(List<int[]> codes) {
    return codes.stream().map(this::decode).toList();
  }

  @Override
  public float[][] codeVectors() {
    float[][] vectors = new float[LEVELS][1];
    for (int level = 0; level < LEVELS; level++) {
      vectors[level][0] = level;
    }
    return vectors;
  }

  @Override
  public Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) {
    return Map.of();
  }

  @Override
  public void close() {}
}
