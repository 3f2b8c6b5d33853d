/// Convolutions.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.conv;
