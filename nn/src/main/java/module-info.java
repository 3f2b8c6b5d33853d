/// Neural-network layers, losses and optimisers.
@org.jspecify.annotations.NullMarked
module dev.jacquard.nn {
  requires transitive dev.jacquard.tensor;
  requires static transitive org.jspecify;
}
