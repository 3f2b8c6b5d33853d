package dev.jacquard.models.decoding;

import dev.jacquard.tensor.random.RandomStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One sequence that has begun.
final class Drawing implements AcceptanceRule.Numbers {
  final int number;
  final int[] prompt;
  final int[] tokens;
  final SequenceEngine.Sequence state;
  final RandomStream choices;
  final RandomStream guesses;
  final RandomStream decisions;
  final RandomStream replacements;
  float @Nullable [] afterPrompt; // logits of the first token, once they are known
  Draft draft = Draft.NONE; // what the model has read beyond `length`
  int guessesNext;
  int length;
  boolean isComplete;

  Drawing(
      int number,
      int[] prompt,
      int capacity,
      SequenceEngine.Sequence state,
      float @Nullable [] afterPrompt,
      RandomStream random) {
    this.number = number;
    this.prompt = prompt;
    this.tokens = Arrays.copyOf(prompt, capacity);
    this.state = state;
    this.afterPrompt = afterPrompt;
    this.length = prompt.length;
    this.choices = random;
    this.guesses = random.split("guesses");
    this.decisions = random.split("decisions");
    this.replacements = random.split("replacements");
  }

  @Override
  public double decision() {
    return decisions.uniformDouble(length);
  }

  @Override
  public double replacement() {
    return replacements.uniformDouble(length);
  }

  @Override
  public double choice() {
    return choices.uniformDouble(length);
  }

  /// Whether what the model knows after this prompt serves for another sequence.
  boolean serves(int[] otherPrompt, boolean sharesPrompts) {
    return sharesPrompts && Arrays.equals(prompt, otherPrompt);
  }

  boolean hasEnded() {
    return isComplete || length == tokens.length;
  }

  int[] sequence() {
    return Arrays.copyOf(tokens, length);
  }
}
