/// Blocks and backbones put together from layers.
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn.block;
