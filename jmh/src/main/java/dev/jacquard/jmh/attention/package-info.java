/// Scaled dot-product attention.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.attention;
