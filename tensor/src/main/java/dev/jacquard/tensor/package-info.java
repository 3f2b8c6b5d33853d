/// Tensors: memory with a shape, and arithmetic on it.
///
/// Read in this order: [dev.jacquard.tensor.Tensor], [dev.jacquard.tensor.op.RmsNormOp] as an
/// example of an operator, [dev.jacquard.tensor.autograd.Tape],
/// [dev.jacquard.tensor.backend.Backend].
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor;
