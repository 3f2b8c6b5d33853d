package dev.jacquard.models.eval;

import dev.jacquard.models.data.Picture;
import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/// Measures one set of pictures against another, with intervals from bootstrap samples: both sets
/// drawn again with repetition, the figure computed anew, the middle 95 % taken.
///
/// A Fréchet distance of repeated samples is larger than that of the sets themselves, so its
/// interval may lie above its value.
public final class SetComparison {
  private static final int RESAMPLES = 40;

  private final FeatureExtractor extractor;
  private final long seed;
  private final double[][] real;
  private final double[][] other;

  /// Extracts the features.
  ///
  /// @param real reference pictures, at least 4
  /// @param other drawn or reconstructed pictures, at least 4
  /// @param extractor what looks at them
  /// @param seed of the bootstrap samples
  public SetComparison(
      List<Picture> real, List<Picture> other, FeatureExtractor extractor, long seed) {
    this.extractor = extractor;
    this.seed = seed;
    this.real = extractor.features(real);
    this.other = extractor.features(other);
  }

  /// Fréchet distance, kernel distance, precision and recall.
  ///
  /// @param prefix before the names, for example `r` for reconstructions
  /// @return one measurement each
  public List<Measurement> all(String prefix) {
    return List.of(
        measure(prefix + "FD", FrechetDistance::of),
        measure(prefix + "KD", KernelDistance::of),
        measure(prefix + "precision", (r, o) -> Neighbours.coverage(o, r)),
        measure(prefix + "recall", Neighbours::coverage));
  }

  /// Share of the other set that lies as near to training pictures as only 1 % of them lie to each
  /// other.
  ///
  /// @param training pictures that the model learned from
  /// @return the measurement
  public Measurement duplicates(List<Picture> training) {
    double[][] known = extractor.features(training);
    return measure("duplicates", (_, o) -> Neighbours.duplicates(o, known, 1));
  }

  private Measurement measure(String name, ToDoubleBiFunction<double[][], double[][]> metric) {
    double[] samples = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      RandomStream random = RandomStream.of(seed).split(name).split(i);
      samples[i] =
          metric.applyAsDouble(
              drawn(real, random.split("real")), drawn(other, random.split("other")));
    }
    Arrays.sort(samples);
    return new Measurement(
        "%s(%s)".formatted(name, extractor.name()),
        metric.applyAsDouble(real, other),
        samples[RESAMPLES / 40],
        samples[RESAMPLES - 1 - RESAMPLES / 40],
        other.length,
        extractor.name(),
        extractor.hash(),
        seed);
  }

  private static double[][] drawn(double[][] x, RandomStream random) {
    return IntStream.range(0, x.length)
        .mapToObj(i -> x[random.below(i, x.length)])
        .toArray(double[][]::new);
  }

  /// PSNR and SSIM of pairs.
  ///
  /// @param a pictures
  /// @param b as many, in the same order
  /// @param seed of the bootstrap samples
  /// @return one measurement each
  public static List<Measurement> pairs(List<Picture> a, List<Picture> b, long seed) {
    List<Measurement> both = new ArrayList<>();
    both.add(pairs("PSNR", a, b, seed, ImageQuality::psnr));
    both.add(pairs("SSIM", a, b, seed, ImageQuality::ssim));
    return both;
  }

  private static Measurement pairs(
      String name,
      List<Picture> a,
      List<Picture> b,
      long seed,
      ToDoubleBiFunction<Picture, Picture> metric) {
    double[] values =
        IntStream.range(0, a.size())
            .mapToDouble(i -> metric.applyAsDouble(a.get(i), b.get(i)))
            .toArray();
    double[] samples = new double[1000];
    for (int i = 0; i < samples.length; i++) {
      RandomStream random = RandomStream.of(seed).split(name).split(i);
      samples[i] =
          IntStream.range(0, values.length)
              .mapToDouble(j -> values[random.below(j, values.length)])
              .average()
              .orElseThrow();
    }
    Arrays.sort(samples);
    double mean = Arrays.stream(values).average().orElseThrow();
    return new Measurement(name, mean, samples[25], samples[974], a.size(), "none", "", seed);
  }
}
