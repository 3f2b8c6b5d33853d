package dev.jacquard.architecture.twin.jpeg;

/// Something to use.
public class Codec {}
