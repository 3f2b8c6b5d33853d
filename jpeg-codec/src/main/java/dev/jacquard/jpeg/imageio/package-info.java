/// The codec as a plug-in of Java's Image I/O: with the jar on the path, `ImageIO.read` decodes
/// JPEG files by it.
///
/// The only package that needs the module `java.desktop`, and only if it is used. Metadata have the
/// standard form `javax_imageio_1.0`.
///
/// Read in this order: [dev.jacquard.jpeg.imageio.JpegImageReaderSpi], `JpegImageReader`,
/// `JpegImageTypes`, `JpegImageMetadata`, [dev.jacquard.jpeg.imageio.JpegImageWriterSpi],
/// `JpegImageWriter`.
@NullMarked
package dev.jacquard.jpeg.imageio;

import org.jspecify.annotations.NullMarked;
