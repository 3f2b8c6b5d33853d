package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import java.util.List;

/// What an encoder is told beside the picture. Immutable; the `with` methods return a changed copy.
///
/// @param quality 1..100, on the scale of the Independent JPEG Group; below 24 the tables need 16
///   bits and the file is extended sequential (SOF1) instead of baseline, as `cjpeg` does it
/// @param factors sampling by component; components past the end of the list have 1 x 1; without
///   effect on grey pictures
/// @param colors what the components of the file are
/// @param quantTables what replaces the tables of the quality: for luminance, then for chrominance
/// @param stream how coefficients become bits
public record EncoderOptions(
    int quality,
    List<SamplingFactor> factors,
    Colors colors,
    List<QuantTable> quantTables,
    StreamOptions stream) {

  /// What an encoder makes of an RGB picture.
  public enum Colors {
    /// YCbCr, as JFIF asks for.
    YCC,
    /// Luminance only.
    GREY,
    /// RGB as it is: `cjpeg -rgb`.
    RGB
  }

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if a number is out of range or there are too many tables
  public EncoderOptions {
    factors = List.copyOf(factors);
    quantTables = List.copyOf(quantTables);
    if (quality < 1 || quality > 100) {
      throw new IllegalArgumentException(
          "jpeg encoder: quality out of range; " + quality + "; need 1..100");
    }
    if (quantTables.size() > 2) {
      throw new IllegalArgumentException(
          "jpeg encoder: too many quantisation tables; " + quantTables.size() + "; need 0..2");
    }
  }

  /// Options of the commonest kind.
  ///
  /// @param quality 1..100
  /// @param sampling of chrominance
  /// @param restartInterval MCUs between restart markers, 0..65535; 0 for no markers
  /// @param grayscale whether only the luminance of an RGB picture is coded
  /// @param form whether the tables are part of the stream
  public EncoderOptions(
      int quality, Sampling sampling, int restartInterval, boolean grayscale, StreamForm form) {
    this(
        quality,
        List.of(sampling.factor()),
        grayscale ? Colors.GREY : Colors.YCC,
        List.of(),
        StreamOptions.defaults().withRestartInterval(restartInterval).withForm(form));
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
    return new EncoderOptions(quality, factors, colors, quantTables, stream);
  }

  /// A copy with another sampling of chrominance.
  ///
  /// @param sampling the new one
  /// @return the copy
  public EncoderOptions withSampling(Sampling sampling) {
    return withFactors(List.of(sampling.factor()));
  }

  /// A copy with any sampling.
  ///
  /// @param factors by component; those past the end of the list have 1 x 1
  /// @return the copy
  public EncoderOptions withFactors(List<SamplingFactor> factors) {
    return new EncoderOptions(quality, factors, colors, quantTables, stream);
  }

  /// A copy that keeps or drops colour.
  ///
  /// @param grayscale whether to code luminance only
  /// @return the copy
  public EncoderOptions withGrayscale(boolean grayscale) {
    return withColors(grayscale ? Colors.GREY : Colors.YCC);
  }

  /// A copy with other components.
  ///
  /// @param colors what becomes of an RGB picture
  /// @return the copy
  public EncoderOptions withColors(Colors colors) {
    return new EncoderOptions(quality, factors, colors, quantTables, stream);
  }

  /// A copy with other quantisation tables.
  ///
  /// @param tables for luminance, then for chrominance; missing ones follow from the quality
  /// @return the copy
  public EncoderOptions withQuantTables(List<QuantTable> tables) {
    return new EncoderOptions(quality, factors, colors, tables, stream);
  }

  /// A copy that writes another kind of stream.
  ///
  /// @param stream how coefficients become bits
  /// @return the copy
  public EncoderOptions withStream(StreamOptions stream) {
    return new EncoderOptions(quality, factors, colors, quantTables, stream);
  }

  /// A copy with another restart interval.
  ///
  /// @param restartInterval in MCUs, 0 for none
  /// @return the copy
  public EncoderOptions withRestartInterval(int restartInterval) {
    return withStream(stream.withRestartInterval(restartInterval));
  }

  /// A copy with another form of stream.
  ///
  /// @param form the new one
  /// @return the copy
  public EncoderOptions withForm(StreamForm form) {
    return withStream(stream.withForm(form));
  }

  /// A copy with other Huffman tables.
  ///
  /// @param tables the new ones
  /// @return the copy
  public EncoderOptions withTables(HuffmanTables tables) {
    return withStream(stream.withTables(tables));
  }

  /// A copy with other scans.
  ///
  /// @param script the new ones
  /// @return the copy
  public EncoderOptions withScript(ScanScript script) {
    return withStream(stream.withScript(script));
  }

  /// A copy with another entropy coding.
  ///
  /// @param coding the new one
  /// @return the copy
  public EncoderOptions withCoding(EntropyCoding coding) {
    return withStream(stream.withCoding(coding));
  }
}
