/// Colour conversion (T.871 clause 7) and the resampling of components to and from full resolution.
///
/// Read in this order: [dev.jacquard.jpeg.color.YccConversion],
/// [dev.jacquard.jpeg.color.Downsampler], [dev.jacquard.jpeg.color.Upsampler].
@NullMarked
package dev.jacquard.jpeg.color;

import org.jspecify.annotations.NullMarked;
