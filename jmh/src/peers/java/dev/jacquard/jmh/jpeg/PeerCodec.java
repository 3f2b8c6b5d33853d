package dev.jacquard.jmh.jpeg;

import dev.jacquard.jpeg.Raster;
import java.io.IOException;

/// Another codec, made for one picture and one quality, with 4:2:0 sampling.
interface PeerCodec {
  /// Decodes a file to whatever holds pixels.
  Object decode(byte[] file) throws IOException;

  /// What [#decode] made, in RGB.
  Raster rgb(Object decoded);

  /// Encodes the picture.
  byte[] encode() throws IOException;
}
