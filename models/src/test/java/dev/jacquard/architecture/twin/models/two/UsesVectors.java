package dev.jacquard.architecture.twin.models.two;

import jdk.incubator.vector.FloatVector;

/// Uses the Vector API where only kernels may.
public class UsesVectors {
  FloatVector vector;
}
