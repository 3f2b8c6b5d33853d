package dev.jacquard.nn;

/// A part of a network with parameters of its own. Modules are immutable; their parameters are
/// tensors that optimisers and loaders write in place.
public interface Module {
  /// The parameters of this module and its children, under the names of the checkpoint.
  ///
  /// @return a view that starts at this module
  Parameters parameters();
}
