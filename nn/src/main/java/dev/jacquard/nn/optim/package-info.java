/// Optimisers, learning-rate schedules, gradient clipping and weight averaging.
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.optim;
