/// Matrix products and products of a row with stored weights.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.gemm;
