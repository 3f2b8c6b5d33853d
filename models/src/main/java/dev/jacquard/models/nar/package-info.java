/// NAR: codes by diagonals, from the two neighbours of each; `2n - 1` passes for an `n x n`
/// picture.
///
/// He et al. 2025, "Neighboring Autoregressive Modeling for Efficient Visual Generation"
/// (arXiv:2503.10696). Parameters are those of [dev.jacquard.models.llamagen] with
/// `medusa_norm.weight` `[C]` and `medusa_output.weight` `[V, C]`; blocks are numbered on.
///
/// Read in this order: [dev.jacquard.models.nar.DiagonalOrder], [dev.jacquard.models.nar.NarModel],
/// [dev.jacquard.models.nar.NarSystem], [dev.jacquard.models.decoding.NeighborLoop].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.nar;
