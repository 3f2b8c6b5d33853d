package dev.jacquard.architecture.twin.models.one;

import dev.jacquard.architecture.twin.models.two.Sibling;

/// A family that uses another family.
public class UsesSibling {
  Sibling sibling;
}
