/// Matrix products, and the ladder of kernels that leads to the fast one.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.gemm;
