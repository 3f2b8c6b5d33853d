/// Figures for model cards: how well streams compress, and what a published classifier makes of
/// generated digits.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.eval;
