/// Tensors, kernels and automatic differentiation.
@org.jspecify.annotations.NullMarked
module dev.jacquard.tensor {
  requires jdk.incubator.vector;
  requires it.unimi.dsi.fastutil;
  requires tools.jackson.core;
  requires static transitive org.jspecify;
}
