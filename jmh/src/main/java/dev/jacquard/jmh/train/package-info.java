/// Whole training steps.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.train;
