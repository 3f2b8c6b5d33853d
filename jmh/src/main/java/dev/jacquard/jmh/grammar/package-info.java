/// Constraints on what a model draws.
@org.jspecify.annotations.NullMarked
package dev.jacquard.jmh.grammar;
