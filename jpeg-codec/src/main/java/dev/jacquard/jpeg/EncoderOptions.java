package dev.jacquard.jpeg;

/// What an encoder is told beside the picture. Immutable; the `with` methods return a changed copy.
///
/// @param quality 1..100, on the scale of the Independent JPEG Group; below 24 the tables need 16
///   bits and the file is extended sequential (SOF1) instead of baseline, as `cjpeg` does it
/// @param sampling of chrominance; without effect on grey pictures
/// @param restartInterval MCUs between restart markers, 0..65535; 0 for no markers
/// @param grayscale whether only the luminance of an RGB picture is coded
/// @param form whether the tables are part of the stream
public record EncoderOptions(
    int quality, Sampling sampling, int restartInterval, boolean grayscale, StreamForm form) {

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if a number is out of range
  public EncoderOptions {
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException(
          "jpeg encoder: quality out of range; " + quality + "; need 1..100");
    }
    if (restartInterval < 0 || restartInterval > 0xFFFF) {
      throw new IllegalArgumentException(
          "jpeg encoder: restart interval out of range; " + restartInterval + "; need 0..65535");
    }
  }

  /// What `cjpeg` does without options: quality 75, 4:2:0, no restart markers, a full file.
  ///
  /// @return the defaults
  public static EncoderOptions defaults() {
    return new EncoderOptions(75, Sampling.S420, 0, false, StreamForm.FULL);
  }

  /// A copy with another quality.
  ///
  /// @param quality 1..100
  /// @return the copy
  public EncoderOptions withQuality(int quality) {
    return new EncoderOptions(quality, sampling, restartInterval, grayscale, form);
  }

  /// A copy with another sampling of chrominance.
  ///
  /// @param sampling the new one
  /// @return the copy
  public EncoderOptions withSampling(Sampling sampling) {
    return new EncoderOptions(quality, sampling, restartInterval, grayscale, form);
  }

  /// A copy with another restart interval.
  ///
  /// @param restartInterval in MCUs, 0 for none
  /// @return the copy
  public EncoderOptions withRestartInterval(int restartInterval) {
    return new EncoderOptions(quality, sampling, restartInterval, grayscale, form);
  }

  /// A copy that keeps or drops colour.
  ///
  /// @param grayscale whether to code luminance only
  /// @return the copy
  public EncoderOptions withGrayscale(boolean grayscale) {
    return new EncoderOptions(quality, sampling, restartInterval, grayscale, form);
  }

  /// A copy with another form of stream.
  ///
  /// @param form the new one
  /// @return the copy
  public EncoderOptions withForm(StreamForm form) {
    return new EncoderOptions(quality, sampling, restartInterval, grayscale, form);
  }
}
