/// Reads what `torch.save` writes, without running any of it.
///
/// Such a file is a pickle, a program for a small stack machine, beside raw storages.
/// [dev.jacquard.tensor.io.torch.PickleMachine] runs it with a list of allowed operations, and
/// [dev.jacquard.tensor.io.torch.PickleClasses] with a list of allowed classes, each of which only
/// makes a map, a list or a description of a tensor. [dev.jacquard.tensor.io.torch.TorchReader]
/// finds pickle and storages in the zip form and in the one before it;
/// [dev.jacquard.tensor.io.torch.TorchCheckpoint] names the tensors found in the result.
@org.jspecify.annotations.NullMarked
package dev.jacquard.tensor.io.torch;
