/// Layers: one operator with its parameters each.
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.layer;
