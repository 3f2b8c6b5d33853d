package dev.jacquard.models.eval.golden;

import static dev.jacquard.models.eval.golden.GoldenFolder.CASES;

import dev.jacquard.models.decoding.AcceptanceRule;
import dev.jacquard.models.decoding.Draft;
import dev.jacquard.models.decoding.GroupedRule;
import dev.jacquard.models.decoding.GroupedRule.Group;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.Sampler;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Grouped speculative decoding: the acceptance of every tested guess, where each sample is first
/// rejected, the tokens after verification and the probabilities that are kept with them.
///
/// Shapes: `B` samples, `L` entries, `V` tokens. Entry `i - 1` of the target judges guess `i`;
/// entry 0 of a draft is settled.
public final class GsdGoldenCheck implements GoldenCheck {
  /// Creates the check.
  public GsdGoldenCheck() {}

  @Override
  public String system() {
    return "gsd";
  }

  @Override
  public boolean needsAll() {
    return true;
  }

  @Override
  public void check(GoldenFolder folder, GoldenReport report) throws IOException {
    for (GoldenTensor tensor : folder.tolerances().keySet()) {
      if (!tensor.name().startsWith("out.")) {
        report.compare(CASES, tensor.name(), folder.tensor(tensor)); // went through the reader
      }
    }
    Verification verification = new Verification(folder, rule(folder));
    verification.run();
    verification.compare(report);
  }

  private static GroupedRule rule(GoldenFolder folder) throws IOException {
    int[] window = folder.config().intValues("window");
    float[] distances = read(folder, "in.distances");
    int vocabSize = folder.config().intValue("V");
    return new GroupedRule(
        new Group(
            -window[0],
            window[1] - 1, // the guess itself is one
            folder.config().doubleValue("p_threshold"),
            folder.config().doubleValue("distance_threshold")),
        (a, b) -> distances[a * vocabSize + b]);
  }

  private static float[] read(GoldenFolder folder, String name) throws IOException {
    return folder.tensor(new GoldenTensor(CASES, name)).toFloats();
  }

  /// What the authors' sampler does with one batch.
  private static final class Verification {
    private final GoldenFolder folder;
    private final GroupedRule rule;
    private final int batch;
    private final int length;
    private final int vocabSize;
    private final int[] drafted;
    private final int[] wanted; // the target's own tokens
    private final double[][] q; // [B·L][V]
    private final double[][] p; // [B·L][V]
    private final float[] decisions; // [B, L, V]
    private final float[] replacements;
    private final List<Double> acceptances = new ArrayList<>();
    private final int[] tokens;
    private final double[][] scores; // [B·L][V]
    private final int[] misaligned;
    private final int[] plainMisaligned;
    private int replaced;

    Verification(GoldenFolder folder, GroupedRule rule) throws IOException {
      this.folder = folder;
      this.rule = rule;
      drafted = folder.ids("in.draft_tokens").toInts();
      wanted = folder.ids("in.advanced_tokens").toInts();
      vocabSize = folder.config().intValue("V");
      length = folder.config().intValue("L");
      batch = drafted.length / length;
      q = probabilities("in.draft_logits");
      p = probabilities("in.advanced_logits");
      decisions = read(folder, "rng.000");
      replacements = read(folder, "in.resample_uniforms");
      tokens = wanted.clone();
      scores = p.clone();
      misaligned = new int[batch];
      plainMisaligned = new int[batch];
    }

    private double[][] probabilities(String name) throws IOException {
      float[] logits = read(folder, name);
      double[][] rows = new double[logits.length / vocabSize][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] =
            new CategoricalSampler()
                .probabilities(Arrays.copyOfRange(logits, i * vocabSize, (i + 1) * vocabSize));
      }
      return rows;
    }

    void run() {
      for (int b = 0; b < batch; b++) {
        int first = b * length;
        int i = 1;
        while (i < length && stands(first + i)) {
          i++;
        }
        misaligned[b] = i;
        int same = 1;
        while (same < length && drafted[first + same] == wanted[first + same - 1]) {
          same++;
        }
        plainMisaligned[b] = same;
      }
    }

    /// Judges one guess, and keeps it or what is drawn in its place.
    private boolean stands(int entry) {
      int guess = drafted[entry];
      double[] target = p[entry - 1];
      Draft draft = new Draft(new int[] {guess}, List.of(q[entry]));
      double acceptance = rule.acceptance(target, draft, 0);
      acceptances.add(acceptance);
      boolean stands = decisions[entry * vocabSize + guess] < acceptance;
      tokens[entry - 1] =
          stands
              ? guess
              : Sampler.draw(AcceptanceRule.residual(target, draft, 0), replacements[replaced++]);
      scores[entry - 1] = stands ? q[entry] : target;
      return stands;
    }

    void compare(GoldenReport report) throws IOException {
      double[] accepted = acceptances.stream().mapToDouble(a -> a).toArray();
      double[] kept = Arrays.stream(scores).flatMapToDouble(Arrays::stream).toArray();
      Shape entries = Shape.of(batch, length);
      report.compare(CASES, "out.accept_prob", floats(Shape.of(accepted.length), accepted));
      report.compare(CASES, "out.first_misaligned", ints(Shape.of(batch), misaligned));
      report.compare(CASES, "out.tokens", ints(entries, tokens));
      report.compare(CASES, "out.scores", floats(Shape.of(batch, length, vocabSize), kept));
      report.compare(CASES, "out.used_uniforms", ints(Shape.of(), replaced));
      report.compare(CASES, "out.plain_misaligned", ints(Shape.of(batch), plainMisaligned));
    }

    private Tensor floats(Shape shape, double... values) {
      float[] rounded = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        rounded[i] = (float) values[i];
      }
      return Tensor.of(folder.backend(), shape, rounded);
    }

    private Tensor ints(Shape shape, int... values) {
      return Tensor.ofInts(folder.backend(), shape, values);
    }
  }
}
