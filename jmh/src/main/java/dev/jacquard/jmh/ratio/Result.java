package dev.jacquard.jmh.ratio;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What JMH measured of one benchmark with one set of parameters.
///
/// @param type class of the benchmark, without its package
/// @param method name of the benchmark
/// @param params values of the parameters, by name
/// @param median of all iterations of all forks
/// @param spread half the distance between the quartiles, over the median
/// @param unit of the median, as JMH writes it
record Result(
    String type,
    String method,
    Map<String, String> params,
    double median,
    double spread,
    String unit) {
  private static final String BENCHMARK = "Benchmark";
  private static final String PEER = "Peer";

  /// `GemmBenchmark.sgemm`.
  String name() {
    return type + "." + method;
  }

  /// `n=512, threads=2`.
  String settings() {
    return settings(Set.of());
  }

  /// As [#settings()], without those of which the reader knows.
  String settings(Set<String> known) {
    return params.entrySet().stream()
        .filter(e -> !known.contains(e.getKey()))
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /// Whether `other` is a native library's way to do the same: `GemmPeer` or `GemmTorchPeer` for
  /// `GemmBenchmark`, the same method, the same values of the parameters that both have.
  boolean hasPeer(Result other) {
    return type.endsWith(BENCHMARK)
        && other.type.endsWith(PEER)
        && other.type.startsWith(type.substring(0, type.length() - BENCHMARK.length()))
        && method.equals(other.method)
        && agreesWith(other);
  }

  /// Whether `other` was measured with the same values of all parameters that both have.
  boolean agreesWith(Result other) {
    return params.entrySet().stream()
        .allMatch(e -> other.params.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
  }

  /// How many times as fast this is as `other`: above 1 is better, whether scores are times or
  /// rates.
  double speedOver(Result other) {
    if (!unit.equals(other.unit)) {
      throw new IllegalArgumentException(
          "ratio: units differ; %s in %s, %s in %s"
              .formatted(name(), unit, other.name(), other.unit));
    }
    return unit.startsWith("ops/") ? median / other.median : other.median / median;
  }
}
