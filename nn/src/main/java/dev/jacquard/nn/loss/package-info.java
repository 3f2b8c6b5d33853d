/// Losses: what training makes small. All are put together from differentiable operators.
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.loss;
