package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;

/// Writes a file anew without loss: with another entropy coding, other scans, other markers, turned
/// or cropped. Files equal, byte for byte, those of libjpeg-turbo (`jpegtran`).
///
/// Coefficients are never dequantised: T.81 Annexes F and G are several ways to code the same ones.
/// Immutable and safe for use by several threads.
///
/// ```java
/// TranscodeOptions options =
///     TranscodeOptions.defaults().withTransformation(Transformation.ROTATE_90).withTrim(true);
/// byte[] turned = new JpegTranscoder(options).transcode(file);
/// ```
public final class JpegTranscoder {
  private final TranscodeOptions options;
  private final JpegDecoder decoder;

  /// A transcoder.
  ///
  /// @param options for every file
  public JpegTranscoder(TranscodeOptions options) {
    this.options = options;
    this.decoder = new JpegDecoder(options.decoding());
  }

  /// Writes a file anew.
  ///
  /// @param file from SOI on
  /// @return the new file, from SOI to EOI
  /// @throws JpegFormatException if the file is broken, as [JpegDecoder#decode] has it, or its
  ///   coefficients are larger than its process can write
  /// @throws JpegUnsupportedException if the file cannot be read, or has not what the options ask
  ///   for: whole MCUs, enough pixels to cut, luminance
  /// @throws IllegalArgumentException if the scan script does not fit the picture
  public byte[] transcode(byte[] file) throws JpegException {
    DecodedCoefficients decoded = decoder.decodeCoefficients(file);
    JpegCoefficients source = decoded.picture();
    JpegCoefficients result = new LosslessTransform(options).apply(source);
    List<MarkerSegment> copied =
        new ArrayList<>(
            decoded.metadata().segments().stream().filter(options.markers()::includes).toList());
    boolean exif =
        !copied.isEmpty()
            && copied.getFirst().marker() == Marker.APP1
            && copied.getFirst().startsWith(JpegMetadata.EXIF, 6);
    boolean resized = result.width() != source.width() || result.height() != source.height();
    if (exif && resized) {
      copied.set(0, ExifSize.changed(copied.getFirst(), result.width(), result.height()));
    }
    copied.removeIf(segment -> isRepeated(segment, result.colors(), !exif));
    copied.addAll(options.stream().segments());
    try {
      return StreamWriter.of(options.stream().withSegments(copied), result)
          .withJfif(!exif)
          .write(result.jfif(), CoefficientSource.of(result.components()));
    } catch (CoefficientRangeException e) {
      throw new JpegFormatException(String.valueOf(e.getMessage()), 0, "F.1.2");
    }
  }

  /// Whether the writer makes such a segment of its own.
  private static boolean isRepeated(MarkerSegment segment, ColorModel colors, boolean jfif) {
    return (segment.marker() == Marker.APP0
            && segment.startsWith("JFIF\0", 5)
            && jfif
            && colors.hasJfif())
        || (segment.marker() == Marker.APP14
            && segment.startsWith("Adobe", 5)
            && colors.hasAdobe());
  }
}
