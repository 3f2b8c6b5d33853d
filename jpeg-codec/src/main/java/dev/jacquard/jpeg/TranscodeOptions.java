package dev.jacquard.jpeg;

/// What a transcoder is told. Immutable; the `with` methods return a changed copy.
///
/// @param stream how coefficients become bits; its segments follow those that are copied
/// @param markers what is copied of application data and comments
/// @param transformation how the picture is turned
/// @param crop what is kept of the turned picture
/// @param trim whether incomplete MCUs that cannot be reflected are cut off
/// @param perfect whether pictures with such MCUs are refused
/// @param grayscale whether chrominance is dropped
/// @param decoding how the old file is read; smoothing is without effect
public record TranscodeOptions(
    StreamOptions stream,
    CopiedMarkers markers,
    Transformation transformation,
    Crop crop,
    boolean trim,
    boolean perfect,
    boolean grayscale,
    DecoderOptions decoding) {

  /// What `jpegtran` does without options: a sequential file with typical Huffman tables, which
  /// keeps comments.
  ///
  /// @return the defaults
  public static TranscodeOptions defaults() {
    return new TranscodeOptions(
        StreamOptions.defaults(),
        CopiedMarkers.COMMENTS,
        Transformation.NONE,
        Crop.none(),
        false,
        false,
        false,
        DecoderOptions.defaults());
  }

  /// A copy that writes another kind of stream.
  ///
  /// @param stream how coefficients become bits
  /// @return the copy
  public TranscodeOptions withStream(StreamOptions stream) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that keeps other markers.
  ///
  /// @param markers what is copied
  /// @return the copy
  public TranscodeOptions withMarkers(CopiedMarkers markers) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that turns pictures in another way.
  ///
  /// @param transformation how the picture is turned
  /// @return the copy
  public TranscodeOptions withTransformation(Transformation transformation) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that keeps another part of the picture.
  ///
  /// @param crop what is kept of the turned picture
  /// @return the copy
  public TranscodeOptions withCrop(Crop crop) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that cuts incomplete MCUs off or leaves them.
  ///
  /// @param trim whether to cut off what cannot be reflected
  /// @return the copy
  public TranscodeOptions withTrim(boolean trim) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that refuses pictures which cannot be turned completely, or takes them.
  ///
  /// @param perfect whether to refuse
  /// @return the copy
  public TranscodeOptions withPerfect(boolean perfect) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that drops or keeps colour.
  ///
  /// @param grayscale whether chrominance is dropped
  /// @return the copy
  public TranscodeOptions withGrayscale(boolean grayscale) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }

  /// A copy that reads the old file in another way.
  ///
  /// @param decoding strictness, limits and tables
  /// @return the copy
  public TranscodeOptions withDecoding(DecoderOptions decoding) {
    return new TranscodeOptions(
        stream, markers, transformation, crop, trim, perfect, grayscale, decoding);
  }
}
