/// Native memory: a size-class pool, storages cut from it, and the scopes that give them back.
///
/// A tensor is memory with a shape. Memory comes from a [dev.jacquard.tensor.memory.NativePool] and
/// belongs to the [dev.jacquard.tensor.memory.TensorScope] that is open when it is taken; when the
/// scope ends, all of it goes back, except what was returned or kept. The collector never sees the
/// numbers.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.memory;
