/// Differentiable operators, one a file: shape checks, forward kernel, saved values, backward.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.op;
