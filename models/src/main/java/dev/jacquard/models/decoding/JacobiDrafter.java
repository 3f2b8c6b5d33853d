package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Guesses from what the model itself thought of the places ahead in its last pass, after guesses
/// that did not stand: Jacobi iteration. Needs no training and no other model.
///
/// Speculative Jacobi decoding (Teng et al. 2024, arXiv:2410.01699) with [AcceptanceRule#LOSSLESS]:
/// a fresh draw from `p` of the last pass, judged against that `p`. Numbers are addressed by
/// position, so a place keeps its guess while `p` changes little; since no token before a place
/// depends on its number, guesses stay independent of what they are judged by, and the rule exact.
/// With [AcceptanceRule#MATCHING] the guesses are what the plain loop would draw if the tokens
/// before were right, and the fixed point of the iteration is the plain loop's sequence.
///
/// Places that no pass has seen get a first guess without probabilities.
///
/// @param start the first guess
/// @param isMatching whether guesses are drawn with the plain loop's numbers
public record JacobiDrafter(Start start, boolean isMatching) implements Drafter {
  /// The first guess for a place.
  public enum Start {
    /// Any token, all equally likely.
    RANDOM,
    /// The token before.
    REPEAT
  }

  @Override
  public Session open(
      SequenceEngine judge, DecodingLoop.Request request, int sequences, int positions) {
    return new Session() {
      private final Map<Integer, TreeMap<Integer, double[]>> known = new HashMap<>(); // by position

      @Override
      public boolean learns() {
        return true;
      }

      @Override
      public void learn(int number, int position, double[] p) {
        known.computeIfAbsent(number, _ -> new TreeMap<>()).put(position, p);
      }

      @Override
      public List<Draft> draft(List<Text> texts, int[] most) {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < most.length; i++) {
          drafts.add(guess(texts.get(i), most[i]));
        }
        return drafts;
      }

      private Draft guess(Text text, int most) {
        TreeMap<Integer, double[]> places =
            known.computeIfAbsent(text.number(), _ -> new TreeMap<>());
        places.headMap(text.length()).clear();
        int[] tokens = Arrays.copyOfRange(text.tokens(), text.length() - 1, text.length() + most);
        List<double[]> probabilities = new ArrayList<>();
        for (int i = 1; i <= most; i++) {
          int position = text.length() + i - 1;
          double[] p = places.get(position);
          if (p != null) {
            tokens[i] =
                Sampler.draw(
                    p, (isMatching ? text.choices() : text.random()).uniformDouble(position));
            probabilities.add(p);
          } else {
            tokens[i] =
                start == Start.REPEAT
                    ? tokens[i - 1]
                    : text.random().below(position, judge.vocabSize());
            probabilities.add(new double[0]);
          }
        }
        return new Draft(Arrays.copyOfRange(tokens, 1, most + 1), probabilities);
      }

      @Override
      public void end(int number) {
        known.remove(number);
      }

      @Override
      public void close() {}
    };
  }
}
