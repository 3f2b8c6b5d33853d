package dev.jacquard.models.train;

import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The numbers of each step, kept as a CSV file beside the checkpoint.
public final class LossHistory {
  private static final String HEADER = "step,loss,learning_rate,gradient_norm,validation";

  private final List<Row> rows = new ArrayList<>();

  /// One step.
  ///
  /// @param step number of the step, from 1
  /// @param loss training loss before the update
  /// @param learningRate of the update
  /// @param gradientNorm joint norm before clipping
  /// @param validation what validation gave after the update; NaN if there was none
  public record Row(
      long step, double loss, double learningRate, double gradientNorm, double validation) {
    private String csv() {
      String end = Double.isNaN(validation) ? "" : Double.toString(validation);
      return step + "," + loss + "," + learningRate + "," + gradientNorm + "," + end;
    }

    private static Row parse(String line) {
      String[] cells = line.split(",", -1);
      return new Row(
          Long.parseLong(cells[0]),
          Double.parseDouble(cells[1]),
          Double.parseDouble(cells[2]),
          Double.parseDouble(cells[3]),
          cells[4].isEmpty() ? Double.NaN : Double.parseDouble(cells[4]));
    }
  }

  /// Creates an empty history.
  public LossHistory() {}

  /// Adds a step.
  ///
  /// @param row its numbers
  public void add(Row row) {
    rows.add(row);
  }

  /// All steps.
  ///
  /// @return in order
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /// The smallest validation so far.
  ///
  /// @return positive infinity if there was none
  public double bestValidation() {
    return rows.stream()
        .mapToDouble(Row::validation)
        .filter(v -> !Double.isNaN(v))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /// Writes the file beside its place and moves it in.
  ///
  /// @param file where to
  /// @throws IOException if writing fails
  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    rows.forEach(row -> text.append(row.csv()).append('\n'));
    AtomicFiles.write(file, text.toString());
  }

  /// Reads the file up to a step; later rows belong to work that was lost.
  ///
  /// @param file where from
  /// @param lastStep number of the last step to keep
  /// @return the history
  /// @throws IOException if the file is missing or malformed
  public static LossHistory read(Path file, long lastStep) throws IOException {
    LossHistory history = new LossHistory();
    try {
      for (String line : Files.readAllLines(file).subList(1, Math.toIntExact(lastStep) + 1)) {
        Row row = Row.parse(line);
        if (row.step() != history.rows.size() + 1) {
          throw new IllegalArgumentException("step " + row.step() + " is out of order");
        }
        history.add(row);
      }
    } catch (RuntimeException e) { // a number or a cell is missing
      throw new CheckpointException(
          "loss history is malformed: " + e.getMessage(), file.toString());
    }
    return history;
  }
}
