package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.SortKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Order of elements with the library's stable sort.
final class ReferenceSort implements SortKernels {
  @Override
  public void argMax(TensorView x, TensorView ids) {
    argSort(x, true, ids);
  }

  @Override
  public void argSort(TensorView x, boolean descending, TensorView ids) {
    int width = x.shape().intDim(1);
    int rows = x.shape().intDim(0);
    double[] xv = Elements.read(x);
    int kept = rows == 0 ? 0 : Math.toIntExact(ids.shape().numel() / rows);
    double[] id = new double[rows * kept];
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      // adding 0 makes -0 equal to 0
      Comparator<Integer> byValue = Comparator.comparingDouble(i -> xv[from + i] + 0.0);
      int[] order =
          IntStream.range(0, width)
              .boxed()
              .sorted(descending ? byValue.reversed() : byValue)
              .mapToInt(i -> i)
              .toArray();
      for (int k = 0; k < kept; k++) {
        id[row * kept + k] = order[k];
      }
    }
    Elements.write(id, ids);
  }

  @Override
  public void searchSorted(TensorView sorted, TensorView x, boolean right, TensorView ids) {
    double[] s = Elements.read(sorted);
    double[] v = Elements.read(x);
    for (int n = 0; n < v.length; n++) {
      int before = 0;
      while (before < s.length && (right ? s[before] <= v[n] : s[before] < v[n])) {
        before++;
      }
      v[n] = before;
    }
    Elements.write(v, ids);
  }
}
