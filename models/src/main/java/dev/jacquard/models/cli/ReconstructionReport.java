package dev.jacquard.models.cli;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.eval.DigitClassifier;
import dev.jacquard.models.eval.FeatureExtractor;
import dev.jacquard.models.eval.Measurement;
import dev.jacquard.models.eval.PooledFeatures;
import dev.jacquard.models.eval.RandomFeatureNet;
import dev.jacquard.models.eval.SetComparison;
import dev.jacquard.models.quantizer.CodeUsage;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a tokenizer keeps of pictures, each figure with its extractor, number, seed and interval.
///
/// @param reconstructions in the order of the originals
/// @param table one row for each figure
record ReconstructionReport(List<Picture> reconstructions, Table table) {
  private static final int LEAST_FOR_SETS = 8;

  /// Reconstructs and measures.
  ///
  /// @param judge weights of the digit classifier, or empty: then an untrained network looks
  static ReconstructionReport of(
      TokenizerModel tokenizer, List<Picture> originals, Path judge, Backend backend, long seed)
      throws IOException {
    List<int[]> codes = tokenizer.encodeAll(originals);
    List<Picture> again = tokenizer.decodeAll(codes);
    List<Measurement> rows = new ArrayList<>(SetComparison.pairs(originals, again, seed));
    if (originals.size() >= LEAST_FOR_SETS) {
      try (TensorScope scope = TensorScope.open("extractor")) {
        FeatureExtractor extractor =
            judge.toString().isEmpty()
                ? new PooledFeatures(scope.within(() -> new RandomFeatureNet(backend, 0)), backend)
                : DigitClassifier.open(judge, backend);
        rows.addAll(new SetComparison(originals, again, extractor, seed).all("r"));
      }
    }
    Table table = new Table("metric", "value", "low", "high", "n", "extractor", "hash", "seed");
    for (Measurement m : rows) {
      table.row(
          m.metric(),
          DrawingOptions.rounded(m.value()),
          DrawingOptions.rounded(m.low()),
          DrawingOptions.rounded(m.high()),
          m.n(),
          m.extractor(),
          m.hash(),
          m.seed());
    }
    CodeUsage usage = new CodeUsage(tokenizer.vocabSize(), originals.size() * tokenizer.length());
    codes.forEach(usage::add);
    table.row("codes used", usage.share(), "", "", originals.size(), "none", "", seed);
    table.row("code perplexity", usage.perplexity(), "", "", originals.size(), "none", "", seed);
    return new ReconstructionReport(again, table);
  }
}
