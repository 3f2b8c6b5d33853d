package dev.jacquard.architecture.twin.models.two;

/// Another family.
public class Sibling {}
