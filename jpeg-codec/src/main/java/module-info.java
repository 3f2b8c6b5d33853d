/// JPEG encoder and decoder.
@org.jspecify.annotations.NullMarked
module dev.jacquard.jpeg {
  requires static transitive org.jspecify;

  exports dev.jacquard.jpeg;
  exports dev.jacquard.jpeg.dct;
}
