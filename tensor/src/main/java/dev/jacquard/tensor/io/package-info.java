/// Readers and writers of checkpoint files.
///
/// A [Checkpoint] is an open file that lists its tensors and hands them out, where possible as
/// views of the mapped file; [SafetensorsReader] is one. A [StateDict] is a set of named tensors in
/// memory, for models to load from and [SafetensorsWriter] to store. Files are written beside their
/// target and moved into place ([AtomicFiles]), so that a failure leaves the older file whole. A
/// file that is not what it should be is a [CheckpointException] with file and offset.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io;
