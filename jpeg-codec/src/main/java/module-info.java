/// JPEG encoder and decoder.
@org.jspecify.annotations.NullMarked
module dev.jacquard.jpeg {
  requires static transitive org.jspecify;
  requires static java.desktop; // for the plug-in of Image I/O, which only its users need
  requires static jdk.incubator.vector; // plain loops serve where it is not resolved

  exports dev.jacquard.jpeg;
  exports dev.jacquard.jpeg.dct;
  exports dev.jacquard.jpeg.imageio;

  provides javax.imageio.spi.ImageReaderSpi with
      dev.jacquard.jpeg.imageio.JpegImageReaderSpi;
  provides javax.imageio.spi.ImageWriterSpi with
      dev.jacquard.jpeg.imageio.JpegImageWriterSpi;
}
