package dev.jacquard.models.eval;

/// One figure with what is needed to judge it.
///
/// @param metric what was measured, for example `FD(random-conv)`
/// @param value the figure
/// @param low lower end of the interval that holds 95 % of bootstrap samples
/// @param high upper end
/// @param n number of pictures
/// @param extractor network that looked at them, or `none`
/// @param hash of its weights, or empty
/// @param seed of the samples
public record Measurement(
    String metric,
    double value,
    double low,
    double high,
    int n,
    String extractor,
    String hash,
    long seed) {}
