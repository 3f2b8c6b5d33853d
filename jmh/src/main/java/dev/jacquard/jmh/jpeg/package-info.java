/// The JPEG codec.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.jpeg;
