/// Reverse-mode automatic differentiation: a tape of what was computed, played backwards.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.autograd;
