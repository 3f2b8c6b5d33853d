package dev.jacquard.models.cli;

import dev.jacquard.models.Condition;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.DraftLength;
import dev.jacquard.models.decoding.JacobiDrafter;
import dev.jacquard.models.decoding.ModelDrafter;
import dev.jacquard.models.decoding.NeighborLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.decoding.SpeculativeLoop;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which decoding loop draws.
final class LoopOptions {
  private static final List<String> LOOPS =
      List.of("plain", "forced", "ngram", "draft", "jacobi", "sjd", "gsd", "lantern", "nar");

  /// Loops that do not draw with the model's own probabilities.
  private static final Set<String> LOSSY = Set.of("gsd", "lantern");

  @Option(
      names = "--loop",
      paramLabel = "NAME",
      description =
          "How passes of the model are spent (default: plain; nar for models that draw by"
              + " diagonals). Without loss, with the model's own probabilities: plain, forced,"
              + " ngram, draft, jacobi, sjd, nar. Lossy, with others near them: gsd, lantern.")
  private @Nullable String loop;

  @Option(
      names = "--draft",
      paramLabel = "DIR",
      description = "The smaller model that guesses for --loop draft, and may for --loop lantern.")
  private @Nullable String draft;

  @Option(
      names = "--guesses",
      paramLabel = "N",
      description =
          "Guesses a pass, always as many (default: up to 8; jacobi, sjd, gsd and lantern: 15).")
  private int guesses;

  /// Reports wrong options, before anything is loaded.
  void check(GlobalOptions options) {
    if (loop != null && !LOOPS.contains(loop)) {
      throw options.usage("--loop \"" + loop + "\" is not known; have " + String.join(", ", LOOPS));
    }
    boolean isGuessedFor = "draft".equals(loop) || ("lantern".equals(loop) && draft != null);
    if (isGuessedFor != (draft != null)) {
      throw options.usage("--loop draft and --draft DIR need each other");
    }
    if (guesses < 0) {
      throw options.usage("--guesses is out of range; " + guesses + "; need >= 1");
    }
  }

  /// What is done with a loop.
  interface Use {
    int with(CountingLoop loop) throws IOException;
  }

  /// Opens the loop, with the model that guesses if it needs one, and prints what was spent.
  ///
  /// @param judge the model that draws
  /// @param condition what each picture is drawn from
  /// @param guidance how far to go from what has no condition
  int open(
      GlobalOptions options,
      Backend backend,
      ImageModel judge,
      Condition condition,
      Guidance guidance,
      Use use)
      throws IOException {
    String chosen = loop == null ? judge.loops().getFirst() : loop;
    if (!judge.loops().contains(chosen)) {
      throw options.usage(
          "--loop %s does not run with this model; have %s"
              .formatted(chosen, String.join(", ", judge.loops())));
    }
    if (draft == null) {
      return report(options, new CountingLoop(withoutModel(chosen, judge)), use);
    }
    try (ImageModel guesser = ModelFamilies.load(options.modelFolder(draft), backend)) {
      SequenceEngine guesses = guesser.guesserFor(judge, condition, guidance);
      SpeculativeLoop guessing =
          chosen.equals("lantern")
              ? SpeculativeLoop.relaxed(judge.codeVectors(), new ModelDrafter(guesses))
              : SpeculativeLoop.draft(guesses);
      return report(options, new CountingLoop(sized(guessing)), use);
    }
  }

  private DecodingLoop withoutModel(String name, ImageModel judge) {
    return switch (name) {
      case "nar" -> new NeighborLoop();
      case "forced" -> SpeculativeLoop.forced();
      case "ngram" -> sized(SpeculativeLoop.ngram());
      case "jacobi" -> sized(SpeculativeLoop.jacobi());
      case "sjd" -> sized(SpeculativeLoop.speculativeJacobi());
      case "gsd" -> sized(SpeculativeLoop.grouped(judge.codeVectors()));
      case "lantern" ->
          sized(
              SpeculativeLoop.relaxed(
                  judge.codeVectors(), new JacobiDrafter(JacobiDrafter.Start.REPEAT, false)));
      default -> new PlainLoop();
    };
  }

  private SpeculativeLoop sized(SpeculativeLoop loop) {
    return guesses == 0 ? loop : loop.withGuesses(DraftLength.fixed(guesses));
  }

  private int report(GlobalOptions options, CountingLoop loop, Use use) throws IOException {
    int exit = use.with(loop);
    CountingLoop.Counts counts = loop.counts();
    if (!loop.name().equals("plain") && counts.passes() > 0) {
      options.print(
          new Table("loop", "kept", "passes", "tokens a pass", "guesses", "stood", "without a pass")
              .row(
                  loop.name(),
                  LOSSY.contains(loop.name()) ? "lossy" : "probabilities",
                  counts.passes(),
                  DrawingOptions.rounded(counts.tokensPerPass()),
                  counts.guessed(),
                  counts.stood(),
                  counts.forced()));
    }
    return exit;
  }
}
