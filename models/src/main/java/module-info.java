/// Image generators, tokenizers, training, sampling and the command line.
@org.jspecify.annotations.NullMarked
module dev.jacquard.models {
  requires transitive dev.jacquard.nn;
  requires transitive dev.jacquard.jpeg;
  requires it.unimi.dsi.fastutil;
  requires tools.jackson.core;
  requires info.picocli;
  requires static transitive org.jspecify;
}
