package dev.jacquard.architecture.twin.tensor.backend;

import dev.jacquard.architecture.twin.tensor.shape.UsesLaterPackage;

/// Allowed by itself.
public class UsesEarlierPackage {
  UsesLaterPackage earlier;
}
