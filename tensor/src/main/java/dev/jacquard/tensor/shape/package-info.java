/// Shapes, element types, devices and the exceptions of tensor code.
///
/// Everything else in the module stands on this package; it depends on nothing.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.shape;
