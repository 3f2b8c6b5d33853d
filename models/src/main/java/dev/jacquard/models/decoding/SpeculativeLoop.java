package dev.jacquard.models.decoding;

import java.util.List;

/// Guesses some tokens cheaply and lets the model judge all of them in one pass.
///
/// Leviathan et al. 2023 (arXiv:2211.17192), Chen et al. 2023 (arXiv:2302.01318). With
/// [AcceptanceRule#LOSSLESS] the distribution is that of the plain loop, whatever guesses, and at
/// temperature 0 so are the tokens. Sequences of a batch grow by different numbers of tokens.
///
/// If guesses stand with probability `α` each, a pass with `γ` of them brings `(1 - α^(γ+1)) / (1 -
/// α)` tokens and costs `γ c + v(γ + 1)` plain passes, where `c` is the cost of a guess and `v(m)`
/// that of reading `m` tokens at once.
public final class SpeculativeLoop implements DecodingLoop {
  private final String name;
  private final Drafter drafter;
  private final Options options;

  /// Creates a loop.
  ///
  /// @param name on the command line
  /// @param drafter guesses
  /// @param options how guesses are made and judged
  public SpeculativeLoop(String name, Drafter drafter, Options options) {
    this.name = name;
    this.drafter = drafter;
    this.options = options;
  }

  /// Guesses that the sequence repeats itself; see [NgramDrafter].
  ///
  /// @return the loop `ngram`: 2 to 4 tokens are looked up, up to 8 guessed
  public static SpeculativeLoop ngram() {
    return new SpeculativeLoop("ngram", new NgramDrafter(4, 2), Options.upTo(8));
  }

  /// Lets a smaller model guess; see [ModelDrafter].
  ///
  /// @param model has the same tokens
  /// @return the loop `draft`: up to 8 tokens are guessed
  public static SpeculativeLoop draft(SequenceEngine model) {
    return new SpeculativeLoop("draft", new ModelDrafter(model), Options.upTo(8));
  }

  /// Guesses what the model thought in its last pass, judged so that probabilities stay; see
  /// [JacobiDrafter].
  ///
  /// @return the loop `sjd`: 15 guesses, 16 places a pass
  public static SpeculativeLoop speculativeJacobi() {
    return new SpeculativeLoop(
        "sjd",
        new JacobiDrafter(JacobiDrafter.Start.REPEAT, false),
        new Options(AcceptanceRule.LOSSLESS, DraftLength.fixed(15), true));
  }

  /// Guesses what the plain loop would draw if the guesses before were right: draws the same tokens
  /// as that; see [JacobiDrafter].
  ///
  /// @return the loop `jacobi`: 15 guesses, 16 places a pass
  public static SpeculativeLoop jacobi() {
    return new SpeculativeLoop(
        "jacobi",
        new JacobiDrafter(JacobiDrafter.Start.REPEAT, true),
        new Options(AcceptanceRule.MATCHING, DraftLength.fixed(15), true));
  }

  /// Guesses as [#speculativeJacobi], and takes likely tokens with near vectors for each other.
  /// **Loses something**; see [GroupedRule].
  ///
  /// @param codes vectors of the tokens
  /// @return the loop `gsd`: 15 guesses, 16 places a pass
  public static SpeculativeLoop grouped(CodeVectors codes) {
    return new SpeculativeLoop(
        "gsd",
        new JacobiDrafter(JacobiDrafter.Start.RANDOM, false),
        new Options(
            new GroupedRule(GroupedRule.Group.RELEASED, codes::distance),
            DraftLength.fixed(15),
            true));
  }

  /// Lends guesses the probability of tokens with near vectors. **Loses something**; see
  /// [RelaxedRule].
  ///
  /// @param codes vectors of the tokens
  /// @param drafter guesses; the paper has a model, but any will do
  /// @return the loop `lantern`: 15 guesses, a tenth lent by up to 1000 neighbours
  public static SpeculativeLoop relaxed(CodeVectors codes, Drafter drafter) {
    return new SpeculativeLoop(
        "lantern",
        drafter,
        new Options(new RelaxedRule(codes, 1000, 0.1), DraftLength.fixed(15), true));
  }

  /// Guesses nothing, but spends no pass on tokens that masks leave no choice about.
  ///
  /// @return the loop `forced`
  public static SpeculativeLoop forced() {
    return new SpeculativeLoop("forced", Drafter.NONE, Options.upTo(0));
  }

  /// The same loop with other numbers of guesses.
  ///
  /// @param length how many are made
  /// @return a changed copy
  public SpeculativeLoop withGuesses(DraftLength length) {
    return new SpeculativeLoop(
        name, drafter, new Options(options.rule(), length, options.forcesTokens()));
  }

  /// How guesses are made and judged.
  ///
  /// @param rule decides which guesses stand
  /// @param draftLength how many are made
  /// @param forcesTokens whether tokens that masks leave no choice about are taken without asking
  ///   the model
  public record Options(AcceptanceRule rule, DraftLength draftLength, boolean forcesTokens) {
    /// One token a pass, each of them from the model.
    static final Options PLAIN = new Options(AcceptanceRule.LOSSLESS, DraftLength.fixed(0), false);

    /// Without loss, and without asking the model what is certain.
    ///
    /// @param most largest number of guesses; grows and shrinks with success
    /// @return the options
    public static Options upTo(int most) {
      return new Options(AcceptanceRule.LOSSLESS, DraftLength.adaptive(most), true);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<int[]> generate(SequenceEngine model, Request request, Listener listener) {
    return DrawingRun.of(model, drafter, options, request, listener);
  }
}
