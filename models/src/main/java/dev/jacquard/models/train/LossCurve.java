package dev.jacquard.models.train;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Draws a loss history as a PNG.
final class LossCurve {
  private static final int POINTS = 500; // more would only thicken the line

  private LossCurve() {}

  /// The picture as a PNG file.
  ///
  /// @param history at least one row
  /// @param title of the chart
  /// @param validationUnit label of the validation curve
  static byte[] png(LossHistory history, String title, String validationUnit) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(480)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle("training loss (nats per token), validation (" + validationUnit + ")")
            .build();
    chart.getStyler().setLegendVisible(true).setChartBackgroundColor(Color.WHITE);
    addTraining(chart, history.rows());
    addValidation(chart, history.rows(), validationUnit);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", png);
    return png.toByteArray();
  }

  private static void addTraining(XYChart chart, List<LossHistory.Row> rows) {
    int window = Math.max(1, rows.size() / POINTS);
    List<Double> steps = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    for (int from = 0; from + window <= rows.size(); from += window) {
      List<LossHistory.Row> part = rows.subList(from, from + window);
      steps.add((double) part.getLast().step());
      means.add(part.stream().mapToDouble(LossHistory.Row::loss).average().orElseThrow());
    }
    addLine(chart, "training", steps, means);
  }

  private static void addValidation(XYChart chart, List<LossHistory.Row> rows, String unit) {
    List<LossHistory.Row> validated =
        rows.stream().filter(row -> !Double.isNaN(row.validation())).toList();
    if (!validated.isEmpty()) {
      addLine(
          chart,
          "validation, " + unit,
          validated.stream().map(row -> (double) row.step()).toList(),
          validated.stream().map(LossHistory.Row::validation).toList());
    }
  }

  private static void addLine(XYChart chart, String name, List<Double> x, List<Double> y) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
  }
}
