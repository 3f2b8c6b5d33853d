package dev.jacquard.architecture.twin.models.two;

/// Prints from a library.
public class Prints {
  void print() {
    System.out.println("out");
    System.err.println("err");
  }
}
