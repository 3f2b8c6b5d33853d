package dev.jacquard.architecture.twin.nn.unlisted;

import dev.jacquard.architecture.twin.nn.UsesOtherModule;

/// Lies in a package that nobody put into the order.
public class InUnlistedPackage {
  UsesOtherModule other;
}
