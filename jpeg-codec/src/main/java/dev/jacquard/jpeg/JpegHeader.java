package dev.jacquard.jpeg;

/// What a stream says before its first scan.
///
/// @param width in pixels
/// @param height in pixels
/// @param precision bits of a sample, 2..16
/// @param colors what the components mean
/// @param isLossless whether it is coded without loss
/// @param metadata application data and comments so far
public record JpegHeader(
    int width,
    int height,
    int precision,
    ColorModel colors,
    boolean isLossless,
    JpegMetadata metadata) {}
