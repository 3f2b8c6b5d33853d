package dev.jacquard.tensor.io;

import dev.jacquard.tensor.shape.Shape;

/// One tensor of a checkpoint file, as its header describes it.
///
/// @param name key in the file
/// @param type element type in the file
/// @param shape sizes of the axes
/// @param offsetBytes where its data start, from the start of the file
/// @param sizeBytes size of its data
public record TensorEntry(
    String name, StoredType type, Shape shape, long offsetBytes, long sizeBytes) {}
