package dev.jacquard.models.cli;

import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.eval.DigitClassifier;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a digit classifier says of drawn digits, beside real ones: the share of each class and the
/// mean of the largest probability.
final class DigitJudgement {
  private static final int CLASSES = 10;

  private DigitJudgement() {}

  /// Draws, judges and tabulates.
  ///
  /// @param model draws 28x28 digits
  /// @param real pictures of real digits
  /// @param weights the classifier's file
  /// @param count number of digits of each kind
  static Table of(
      ImageModel model,
      ImageSet real,
      Path weights,
      int count,
      Backend backend,
      GlobalOptions options)
      throws IOException {
    DigitClassifier classifier = DigitClassifier.open(weights, backend);
    ImageModel.Request request =
        new ImageModel.Request(
            count, 50, model.generationConfig().options(options.seed()), new PlainLoop());
    List<Picture> drawn;
    try (Progress progress = options.progress("drawing", count)) {
      drawn =
          model
              .generate(
                  request,
                  (_, finished) -> {
                    progress.stepTo(finished);
                    return true;
                  })
              .stream()
              .map(GeneratedImage::picture)
              .toList();
    }
    List<Picture> originals = new ArrayList<>();
    for (int i = 0; i < Math.min(count, real.size()); i++) {
      originals.add(real.image(i));
    }
    Table table = new Table(columns());
    table.row(row("drawn", classifier, drawn));
    table.row(row("real", classifier, originals));
    table.row(row("real through the codec", classifier, through(model, originals)));
    return table;
  }

  private static List<Picture> through(ImageModel model, List<Picture> pictures) {
    return pictures.stream().map(model::fit).toList();
  }

  private static String[] columns() {
    String[] columns = new String[CLASSES + 3];
    columns[0] = "digits";
    columns[1] = "count";
    columns[2] = "mean top probability";
    for (int digit = 0; digit < CLASSES; digit++) {
      columns[3 + digit] = Integer.toString(digit);
    }
    return columns;
  }

  private static Object[] row(String name, DigitClassifier classifier, List<Picture> pictures) {
    int[] histogram = new int[CLASSES];
    double sum = 0;
    for (Picture picture : pictures) {
      float[] probabilities = classifier.probabilities(picture);
      int best = 0;
      for (int digit = 1; digit < CLASSES; digit++) {
        best = probabilities[digit] > probabilities[best] ? digit : best;
      }
      histogram[best]++;
      sum += probabilities[best];
    }
    Object[] row = new Object[CLASSES + 3];
    row[0] = name;
    row[1] = pictures.size();
    row[2] = DrawingOptions.rounded(sum / pictures.size());
    for (int digit = 0; digit < CLASSES; digit++) {
      row[3 + digit] = DrawingOptions.rounded(histogram[digit] / (double) pictures.size());
    }
    return row;
  }
}
