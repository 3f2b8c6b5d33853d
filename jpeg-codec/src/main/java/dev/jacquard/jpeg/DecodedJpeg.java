package dev.jacquard.jpeg;

import java.util.List;

/// What a decoder found in a stream.
///
/// @param raster the picture
/// @param metadata what the stream says about the picture
/// @param warnings what was wrong, in order; empty for a good stream, at most 100
/// @param endOffset byte after the EOI marker, or the length of a stream that ends without one
public record DecodedJpeg(
    Raster raster, JpegMetadata metadata, List<JpegWarning> warnings, int endOffset) {}
