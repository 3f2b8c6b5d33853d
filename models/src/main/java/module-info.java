/// Image generators, tokenizers, training, sampling and the command line.
@org.jspecify.annotations.NullMarked
module dev.jacquard.models {
  requires transitive dev.jacquard.nn;
  requires transitive dev.jacquard.jpeg;
  requires it.unimi.dsi.fastutil;
  requires tools.jackson.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires transitive java.desktop;
  requires jdk.management;
  requires xchart;
  requires static transitive org.jspecify;

  exports dev.jacquard.models;
  exports dev.jacquard.models.data;
  exports dev.jacquard.models.decoding;
  exports dev.jacquard.models.eval;
  exports dev.jacquard.models.eval.golden;
  exports dev.jacquard.models.eval.golden.ops;
  exports dev.jacquard.models.flexvar;
  exports dev.jacquard.models.hmar;
  exports dev.jacquard.models.jpeglm;
  exports dev.jacquard.models.llama;
  exports dev.jacquard.models.llamagen;
  exports dev.jacquard.models.mvar;
  exports dev.jacquard.models.nar;
  exports dev.jacquard.models.quantizer;
  exports dev.jacquard.models.registry;
  exports dev.jacquard.models.sampling;
  exports dev.jacquard.models.t5;
  exports dev.jacquard.models.taesd;
  exports dev.jacquard.models.tokenizer;
  exports dev.jacquard.models.tokenizer.text;
  exports dev.jacquard.models.tokenshuffle;
  exports dev.jacquard.models.train;
  exports dev.jacquard.models.var;
  exports dev.jacquard.models.vq;

  opens dev.jacquard.models.cli to
      info.picocli;
}
