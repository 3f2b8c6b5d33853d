/// Golden checks: does this code compute what the authors' code computed?
///
/// A golden folder holds weights, inputs and expected tensors of one tiny model, with the largest
/// error to accept for each tensor ([GoldenFolder]). A [GoldenCheck] loads the weights through
/// public API, computes the same tensors and hands them to a [GoldenReport]. [GoldenRunner] picks
/// the check by the folder's `system`. The same folders serve whoever ports a checkpoint.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.eval.golden;
