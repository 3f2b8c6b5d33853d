/// Random numbers that depend on where they are used, not on when: seed, stream and position give
/// the number.
///
/// Read in this order: [dev.jacquard.tensor.random.RandomStream],
/// [dev.jacquard.tensor.random.Philox4x32].
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.random;
