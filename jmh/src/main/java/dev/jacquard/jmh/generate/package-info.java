/// Whole pictures, as codes.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.generate;
