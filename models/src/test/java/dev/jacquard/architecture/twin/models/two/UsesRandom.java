package dev.jacquard.architecture.twin.models.two;

import java.util.Random;

/// Uses a generator whose stream depends on the order of calls.
public class UsesRandom {
  Random random;
}
