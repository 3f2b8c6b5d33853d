/// Plain loops that define the result of each kernel: slow, obvious, accumulating in f64, at home
/// with any strides.
///
/// Tests hold every other backend against them, and they serve where the Vector API is missing.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.backend.reference;
