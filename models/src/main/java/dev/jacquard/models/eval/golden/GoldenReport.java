package dev.jacquard.models.eval.golden;

import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Compares what a check computed with what its folder expects, and remembers the outcome.
///
/// A tensor that the folder lists and no check compared counts as skipped; one that is compared
/// more than once keeps its worst outcome.
public final class GoldenReport {
  private final GoldenFolder folder;
  private final Map<GoldenTensor, GoldenResult> compared = new LinkedHashMap<>();

  /// An empty report.
  ///
  /// @param folder what to compare with
  public GoldenReport(GoldenFolder folder) {
    this.folder = folder;
  }

  /// Whether the folder lists a tensor, so that it is worth computing.
  ///
  /// @param file file that holds it
  /// @param name its key
  /// @return true if `tolerances.json` has an entry
  public boolean wants(String file, String name) {
    return folder.tolerances().containsKey(new GoldenTensor(file, name));
  }

  /// What the folder lists of one file.
  ///
  /// @param file file that holds the tensors
  /// @return in the order of the list
  public List<GoldenTensor> wanted(String file) {
    return folder.tolerances().keySet().stream().filter(t -> t.file().equals(file)).toList();
  }

  /// Compares a tensor with the tolerance that the folder lists; does nothing if it lists none.
  ///
  /// @param file file that holds the expected tensor
  /// @param name its key
  /// @param actual what was computed
  /// @throws IOException if the expected tensor cannot be read
  public void compare(String file, String name, Tensor actual) throws IOException {
    Double tolerance = folder.tolerances().get(new GoldenTensor(file, name));
    if (tolerance != null) {
      compare(file, name, actual, tolerance);
    }
  }

  /// Compares a number with a scalar tensor; does nothing if the folder does not list it.
  ///
  /// @param file file that holds the expected tensor
  /// @param name its key
  /// @param actual what was computed
  /// @throws IOException if the expected tensor cannot be read
  public void compare(String file, String name, double actual) throws IOException {
    Tensor scalar = Tensor.of(folder.backend(), Shape.of(), (float) actual);
    compare(file, name, scalar);
  }

  /// Compares a tensor.
  ///
  /// @param file file that holds the expected tensor
  /// @param name its key
  /// @param actual what was computed
  /// @param tolerance largest absolute error to accept; 0 means equal
  /// @throws IOException if the expected tensor cannot be read
  public void compare(String file, String name, Tensor actual, double tolerance)
      throws IOException {
    GoldenTensor key = new GoldenTensor(file, name);
    GoldenResult result =
        TensorScope.<GoldenResult, IOException>call(
            "compare " + name, () -> compared(key, folder.tensor(key), actual, tolerance));
    compared.merge(key, result, GoldenReport::worse);
  }

  private static GoldenResult compared(
      GoldenTensor key, Tensor expected, Tensor actual, double tolerance) {
    if (!expected.shape().equals(actual.shape())) {
      return new GoldenResult(
          key,
          Status.FAILED,
          Double.NaN,
          tolerance,
          "shape is %s; need %s".formatted(actual.shape(), expected.shape()));
    }
    return GoldenResult.compared(
        key, largestError(values(expected), values(actual)), tolerance, "");
  }

  private static GoldenResult worse(GoldenResult a, GoldenResult b) {
    return a.status() == Status.FAILED || (b.status() == Status.PASSED && a.error() >= b.error())
        ? a
        : b;
  }

  /// `max |a - b|`, where equal infinities differ by 0; NaN if a difference is not a number.
  static double largestError(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, a[i] == b[i] ? 0 : Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static double[] values(Tensor x) {
    double[] values = new double[Math.toIntExact(x.shape().numel())];
    if (x.dtype().isFloating()) {
      float[] floats = x.to(DType.F32).toFloats();
      Arrays.setAll(values, i -> floats[i]);
    } else {
      long[] longs = x.to(DType.I64).toLongs();
      Arrays.setAll(values, i -> longs[i]);
    }
    return values;
  }

  /// Notes that a tensor could not be computed; does nothing if it has been compared already.
  ///
  /// @param file file that holds the expected tensor
  /// @param name its key
  /// @param note what happened
  public void failed(String file, String name, String note) {
    GoldenTensor key = new GoldenTensor(file, name);
    compared.putIfAbsent(key, GoldenResult.failed(key, note));
  }

  /// Notes that the check stopped with an error; what it has not compared is skipped.
  ///
  /// @param failure what happened
  void stopped(RuntimeException failure) {
    GoldenTensor key = new GoldenTensor(folder.path().toString(), "check");
    compared.put(key, GoldenResult.failed(key, "stopped: " + failure.getMessage()));
  }

  /// All outcomes: what the folder lists, in its order, then the rest.
  ///
  /// @param why reason for those that were not compared
  /// @return one result for each tensor
  public List<GoldenResult> results(String why) {
    Map<GoldenTensor, GoldenResult> all = new LinkedHashMap<>();
    folder
        .tolerances()
        .forEach((key, tolerance) -> all.put(key, GoldenResult.skipped(key, tolerance, why)));
    all.putAll(compared);
    return List.copyOf(all.values());
  }

  /// Counts for each file, or group of cases.
  ///
  /// @param results of one folder
  /// @return summary by file, in the order of the results
  public static SequencedMap<String, String> summaryByFile(Collection<GoldenResult> results) {
    SequencedMap<String, List<GoldenResult>> byFile = new LinkedHashMap<>();
    for (GoldenResult result : results) {
      byFile.computeIfAbsent(result.tensor().file(), _ -> new ArrayList<>()).add(result);
    }
    SequencedMap<String, String> summaries = new LinkedHashMap<>();
    byFile.forEach((file, some) -> summaries.put(file, summary(some)));
    return summaries;
  }

  /// The last line of a run.
  ///
  /// @param results of all folders
  /// @return `N passed, N failed, N skipped`
  public static String summary(Collection<GoldenResult> results) {
    return "%d passed, %d failed, %d skipped"
        .formatted(
            count(results, Status.PASSED),
            count(results, Status.FAILED),
            count(results, Status.SKIPPED));
  }

  /// Number of results with a status.
  ///
  /// @param results results
  /// @param status which to count
  /// @return their number
  public static long count(Collection<GoldenResult> results, Status status) {
    return results.stream().filter(r -> r.status() == status).count();
  }
}
