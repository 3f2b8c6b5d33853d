/// Operators against reference numbers: values, gradients, and steps of optimisers.
///
/// A folder of the system `ops` holds groups of cases, listed in `index.json`. Each group has a
/// class here that says which operator of this library each name of the list means:
/// [dev.jacquard.models.eval.golden.ops.OpGroups] collects them.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.eval.golden.ops;
