/// M-VAR: next-scale prediction with attention inside scales and Mamba-2 across them.
///
/// Ren et al. 2024 (arXiv:2411.10433). Everything but the block is VAR's
/// ([dev.jacquard.models.var]), tokenizer and drawing included. Keys of a checkpoint: VAR's, and in
/// each block `mamba.{in_proj.weight, conv1d.{weight, bias}, dt_bias, A_log, D, norm.weight,
/// out_proj.weight}` and nine vectors in `ada_lin.1`.
///
/// Read in this order: [dev.jacquard.models.mvar.MVarBlock], [dev.jacquard.models.mvar.MVarModel].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.mvar;
