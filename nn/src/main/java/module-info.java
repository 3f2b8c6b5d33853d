/// Neural-network layers, losses and optimisers.
@org.jspecify.annotations.NullMarked
module dev.jacquard.nn {
  requires transitive dev.jacquard.tensor;
  requires static transitive org.jspecify;

  exports dev.jacquard.nn;
  exports dev.jacquard.nn.attention;
  exports dev.jacquard.nn.block;
  exports dev.jacquard.nn.layer;
  exports dev.jacquard.nn.loss;
  exports dev.jacquard.nn.optim;
}
