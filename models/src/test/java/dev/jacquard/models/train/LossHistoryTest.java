package dev.jacquard.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossHistoryTest {
  @TempDir private Path folder;
  private final LossHistory history = new LossHistory();
  private Path file = Path.of("");

  @BeforeEach
  void fill() {
    file = folder.resolve("losses.csv");
    history.add(new LossHistory.Row(1, 5.545177444479562, 1e-3, 0.1f, Double.NaN));
    history.add(new LossHistory.Row(2, 1 / 3.0, 2e-3, 1e-12, 7.5));
    history.add(new LossHistory.Row(3, Double.NaN, 3e-3, Double.POSITIVE_INFINITY, 8));
  }

  @Test
  void readsEveryDigitItWrote() throws IOException {
    history.write(file);
    assertThat(LossHistory.read(file, 3).rows()).isEqualTo(history.rows());
    assertThat(Files.readAllLines(file))
        .startsWith("step,loss,learning_rate,gradient_norm,validation")
        .hasSize(4);
  }

  @Test
  void leavesOutWhatCameAfterTheCheckpoint() throws IOException {
    history.write(file);
    assertThat(LossHistory.read(file, 2).rows()).isEqualTo(history.rows().subList(0, 2));
    assertThat(LossHistory.read(file, 0).rows()).isEmpty();
  }

  @Test
  void bestIsTheSmallestThatWasMeasured() {
    assertThat(history.bestValidation()).isEqualTo(7.5);
    assertThat(new LossHistory().bestValidation()).isInfinite();
  }

  @Test
  void missingRowsAndForeignFilesAreBadInput() throws IOException {
    history.write(file);
    assertThatThrownBy(() -> LossHistory.read(file, 4))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("losses.csv");
    for (String text : new String[] {"", "a\nb\n", "step\n1,2,3\n", "step\n1,2,3,x,\n"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> LossHistory.read(file, 1)).isInstanceOf(CheckpointException.class);
    }
    assertThatThrownBy(() -> LossHistory.read(folder.resolve("none.csv"), 1))
        .isInstanceOf(IOException.class);
  }

  @Test
  void rowsOfOtherStepsAreBadInput() throws IOException {
    Files.writeString(file, "step\n7,1.0,1.0,1.0,\n");
    assertThatThrownBy(() -> LossHistory.read(file, 1)).isInstanceOf(CheckpointException.class);
  }
}
