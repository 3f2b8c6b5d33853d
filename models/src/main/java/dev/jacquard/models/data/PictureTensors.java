package dev.jacquard.models.data;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// Pictures as tensors of numbers in `[-1, 1]`, and back.
public final class PictureTensors {
  private PictureTensors() {}

  /// `x = sample / 127.5 - 1`, planes of channels one after the other.
  ///
  /// @param backend who computes with them
  /// @param pictures at least one, all of one size
  /// @return `[B, C, H, W]`
  /// @throws IllegalArgumentException if there are none or sizes differ
  public static Tensor of(Backend backend, List<Picture> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("pictures: none; need at least one");
    }
    Picture first = pictures.getFirst();
    int c = first.channels();
    int pixels = first.width() * first.height();
    float[] values = new float[pictures.size() * c * pixels];
    for (int b = 0; b < pictures.size(); b++) {
      Picture picture = pictures.get(b);
      if (picture.width() != first.width()
          || picture.height() != first.height()
          || picture.channels() != c) {
        throw new IllegalArgumentException(
            "pictures: sizes differ; %s and %s; need one size".formatted(first, picture));
      }
      byte[] samples = picture.samples();
      for (int i = 0; i < samples.length; i++) {
        values[(b * c + i % c) * pixels + i / c] = (samples[i] & 0xFF) / 127.5f - 1;
      }
    }
    return Tensor.of(backend, Shape.of(pictures.size(), c, first.height(), first.width()), values);
  }

  /// `sample = round(127.5 (x + 1))`, limited to `[0, 255]`.
  ///
  /// @param images `[B, C, H, W]`, 1 or 3 channels
  /// @return one picture each
  public static List<Picture> toPictures(Tensor images) {
    float[] values = images.toFloats();
    int c = images.shape().intDim(1);
    int height = images.shape().intDim(2);
    int width = images.shape().intDim(3);
    int pixels = width * height;
    List<Picture> pictures = new ArrayList<>();
    for (int b = 0; b < images.shape().intDim(0); b++) {
      byte[] samples = new byte[c * pixels];
      for (int i = 0; i < samples.length; i++) {
        float x = values[(b * c + i % c) * pixels + i / c];
        samples[i] = (byte) Math.clamp((long) Math.floor(127.5 * x + 128), 0, 255);
      }
      pictures.add(new Picture(width, height, c, samples));
    }
    return pictures;
  }
}
