/// What benchmarks share: how they are run, and the numbers they compute with.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh;
