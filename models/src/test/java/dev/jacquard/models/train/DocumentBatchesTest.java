package dev.jacquard.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentBatchesTest {
  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int[][] DOCUMENTS = {
    {BEGIN, 10, 11, 12, END}, {BEGIN, 20, END}, {BEGIN, END}, {BEGIN, 30, 31, 32, 33, 34, 35, END},
  };
  private static final DocumentSource SOURCE =
      random -> DOCUMENTS[random.below(0, DOCUMENTS.length)];

  private final DocumentBatches batches = new DocumentBatches(SOURCE, 3, 17, 4);

  @Test
  void rowsAreDocumentsOneAfterTheOther() {
    for (int step = 0; step < 20; step++) {
      for (int[] row : rows(batches, step)) {
        assertThat(row).hasSize(18).startsWith(BEGIN);
        int at = 0;
        while (at < row.length) {
          int from = at;
          int[] rest = Arrays.copyOfRange(row, from, row.length);
          int[] document =
              Arrays.stream(DOCUMENTS)
                  .filter(d -> startsAlike(d, rest))
                  .findFirst()
                  .orElseThrow(() -> new AssertionError(Arrays.toString(row) + " at " + from));
          at += document.length;
        }
      }
    }
  }

  @Test
  void aBatchIsAFunctionOfSeedAndStep() {
    assertThat(rows(batches, 3)).isDeepEqualTo(rows(new DocumentBatches(SOURCE, 3, 17, 4), 3));
    assertThat(Arrays.deepEquals(rows(batches, 3), rows(batches, 4))).isFalse();
    DocumentBatches other = new DocumentBatches(SOURCE, 3, 17, 5);
    assertThat(Arrays.deepEquals(rows(batches, 3), rows(other, 3))).isFalse();
    int[][] rows = rows(batches, 3);
    assertThat(rows[0]).isNotEqualTo(rows[1]);
  }

  @Test
  void everyDocumentIsDrawn() {
    List<Integer> seen = new ArrayList<>();
    for (int step = 0; step < 20; step++) {
      for (int[] row : rows(batches, step)) {
        Arrays.stream(row).forEach(seen::add);
      }
    }
    assertThat(seen).contains(10, 20, 30);
  }

  @Test
  void sizesMustBePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DocumentBatches(SOURCE, 0, 17, 0))
        .withMessageContaining("batch 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DocumentBatches(SOURCE, 3, 0, 0))
        .withMessageContaining("length 0");
  }

  /// The ids with the last label behind them, after checking that labels are the ids moved by one.
  private static int[][] rows(DocumentBatches batches, long step) {
    try (Backend backend = Backends.byName("reference", 1)) {
      return TensorScope.call(
          "test",
          () -> {
            DocumentBatches.Batch batch = batches.at(backend, step);
            int[] ids = ints(batch.ids());
            int[] labels = ints(batch.labels());
            int length = batches.length();
            int[][] rows = new int[batches.batch()][];
            for (int b = 0; b < rows.length; b++) {
              int end = (b + 1) * length;
              assertThat(Arrays.copyOfRange(labels, b * length, end - 1))
                  .isEqualTo(Arrays.copyOfRange(ids, b * length + 1, end));
              rows[b] = Arrays.copyOfRange(ids, b * length, end + 1);
              rows[b][length] = labels[end - 1];
            }
            return rows;
          });
    }
  }

  private static int[] ints(Tensor tensor) {
    return tensor.toInts();
  }

  private static boolean startsAlike(int[] document, int[] rest) {
    int n = Math.min(document.length, rest.length);
    return Arrays.equals(document, 0, n, rest, 0, n);
  }
}
