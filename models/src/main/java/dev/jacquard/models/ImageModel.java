package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.CodeVectors;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import java.util.List;

/// A loaded model that draws pictures.
public interface ImageModel extends PictureModel {
  /// What to draw.
  ///
  /// @param count number of pictures
  /// @param batch largest number drawn at once
  /// @param sampling how tokens are drawn; picture `i` depends on the seed and `i` alone
  /// @param loop how steps are spent
  /// @param grammar whether tokens that cannot follow in the model's format are forbidden, so that
  ///   every picture is a whole file; without meaning for models that do not write files
  /// @param maxTokens largest length of a sequence, prompt included; 0 for the model's context
  /// @param condition what each picture is drawn from
  /// @param guidance how far to go from what has no condition
  record Request(
      int count,
      int batch,
      SamplingOptions sampling,
      DecodingLoop loop,
      boolean grammar,
      int maxTokens,
      Condition condition,
      Guidance guidance) {
    /// A request without condition.
    ///
    /// @param count number of pictures
    /// @param batch largest number drawn at once
    /// @param sampling how tokens are drawn
    /// @param loop how steps are spent
    /// @param grammar whether tokens that cannot follow are forbidden
    /// @param maxTokens largest length of a sequence, prompt included; 0 for the model's context
    public Request(
        int count,
        int batch,
        SamplingOptions sampling,
        DecodingLoop loop,
        boolean grammar,
        int maxTokens) {
      this(count, batch, sampling, loop, grammar, maxTokens, Condition.NONE, Guidance.NONE);
    }

    /// A request without a limit of its own.
    ///
    /// @param count number of pictures
    /// @param batch largest number drawn at once
    /// @param sampling how tokens are drawn
    /// @param loop how steps are spent
    /// @param grammar whether tokens that cannot follow are forbidden
    public Request(
        int count, int batch, SamplingOptions sampling, DecodingLoop loop, boolean grammar) {
      this(count, batch, sampling, loop, grammar, 0);
    }

    /// A request without grammar: the model must know by itself what can follow.
    ///
    /// @param count number of pictures
    /// @param batch largest number drawn at once
    /// @param sampling how tokens are drawn
    /// @param loop how steps are spent
    public Request(int count, int batch, SamplingOptions sampling, DecodingLoop loop) {
      this(count, batch, sampling, loop, false);
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if one is not positive
    public Request {
      if (count < 1 || batch < 1 || maxTokens < 0) {
        throw new IllegalArgumentException(
            "generate: numbers not positive; count %d, batch %d, tokens %d; need >= 1"
                .formatted(count, batch, maxTokens));
      }
    }

    /// Checks that a model that draws from nothing is not asked for more.
    ///
    /// @param system name of the model's system
    /// @throws IllegalArgumentException if there is a condition or guidance
    public void requireUnconditional(String system) {
      if (!condition.equals(Condition.NONE) || guidance.isNeeded()) {
        throw new IllegalArgumentException(
            "generate: %s draws from nothing; given %s, guidance %s; leave out class, text and guidance"
                .formatted(system, condition.words(), guidance.scale()));
      }
    }
  }

  /// How this model is meant to be sampled.
  ///
  /// @return what its folder says, or its own distribution
  GenerationConfig generationConfig();

  /// Whether pictures are drawn from texts.
  ///
  /// @return false unless it says otherwise
  default boolean readsCaptions() {
    return false;
  }

  /// Steps after each of which a whole picture is a little sharper.
  ///
  /// @return 0 for models that draw a picture part by part
  default int stages() {
    return 0;
  }

  /// The likelihood that [#evaluate] measures.
  ///
  /// @return name of a metric
  default String likelihood() {
    return "bits_per_byte";
  }

  /// Draws pictures from nothing.
  ///
  /// @param request what to draw
  /// @param listener hears of each step; may cancel, and then gets what is finished
  /// @return the pictures in order
  List<GeneratedImage> generate(Request request, GenerationListener listener);

  /// Continues a partial picture.
  ///
  /// @param picture any size; fitted to the model's
  /// @param keep share of the picture that is given, from the top, in `[0, 1]`
  /// @param request what to draw
  /// @param listener hears of each step; may cancel
  /// @return the completed pictures in order
  List<GeneratedImage> complete(
      Picture picture, double keep, Request request, GenerationListener listener);

  /// Names of the decoding loops that can draw with this model, as [DecodingLoop#name()] gives
  /// them.
  ///
  /// @return the usual one first; `plain` alone unless it says otherwise
  default List<String> loops() {
    return List.of("plain");
  }

  /// What the model's tokens stand for, for loops that take one token for another.
  ///
  /// @return a vector for each token
  /// @throws IllegalArgumentException if tokens have none
  default CodeVectors codeVectors() {
    throw new IllegalArgumentException(
        "decodingLoop: tokens of %s have no vectors; need a model of a codebook"
            .formatted(getClass().getSimpleName()));
  }

  /// The network as decoding loops see it, to guess for a larger model of the same tokens.
  ///
  /// @param larger the model that judges the guesses
  /// @param condition what each picture is drawn from
  /// @param guidance how far to go from what has no condition
  /// @return valid until this model is closed
  /// @throws IllegalArgumentException if the tokens differ, or this model cannot guess; names both
  default SequenceEngine guesserFor(ImageModel larger, Condition condition, Guidance guidance) {
    throw new IllegalArgumentException(
        "draft: %s cannot guess for %s"
            .formatted(getClass().getSimpleName(), larger.getClass().getSimpleName()));
  }

  /// The picture as the model sees it before drawing: fitted to its size, and through its codec.
  ///
  /// @param picture any size
  /// @return a picture of the model's size
  @Override
  Picture fit(Picture picture);
}
