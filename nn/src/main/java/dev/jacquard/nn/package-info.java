/// Modules, their named parameters and how these start.
///
/// Read in this order: [dev.jacquard.nn.Parameters], [dev.jacquard.nn.layer.Linear],
/// [dev.jacquard.nn.block.LlamaBlock], [dev.jacquard.nn.block.LlamaModel].
@org.jspecify.annotations.NullMarked
package dev.jacquard.nn;
