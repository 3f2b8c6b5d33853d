/// Counter-based random numbers: seed, stream and position give the number.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.random;
