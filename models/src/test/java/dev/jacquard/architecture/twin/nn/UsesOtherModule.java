package dev.jacquard.architecture.twin.nn;

import dev.jacquard.architecture.twin.jpeg.Codec;

/// Breaks the order of modules.
public class UsesOtherModule {
  Codec codec;
}
