/// Optimisers, learning-rate schedules, gradient clipping and weight averaging.
///
/// Read in this order: [dev.jacquard.nn.optim.Optimizer], [dev.jacquard.nn.optim.AdamW],
/// [dev.jacquard.nn.optim.Muon], [dev.jacquard.nn.optim.Schedule].
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.optim;
