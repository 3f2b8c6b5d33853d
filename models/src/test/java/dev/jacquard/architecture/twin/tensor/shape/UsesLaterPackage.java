package dev.jacquard.architecture.twin.tensor.shape;

import dev.jacquard.architecture.twin.tensor.backend.UsesEarlierPackage;

/// Breaks the order of packages, and with the other class makes a cycle.
public class UsesLaterPackage {
  UsesEarlierPackage later;
}
