package dev.jacquard.architecture.twin.models.two;

import sun.misc.Unsafe;

/// Uses an internal class of the JDK.
public class UsesUnsafe {
  Unsafe unsafe;
}
