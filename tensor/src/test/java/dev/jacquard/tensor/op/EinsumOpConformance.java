package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Einstein's notation, against a loop over all letters.
public interface EinsumOpConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ik,kj->ij",
        "bhid,bhjd->bhij",
        "i,j->ji",
        "i,i->",
        "bij,kjc->ckb",
        "ab,b->b",
        "abc,cd->da"
      })
  default void einsumMultipliesAndSums(String equation) {
    String[] parts = equation.split(",|->");
    String out = equation.endsWith("->") ? "" : parts[2];
    String all = "abcdhijk";
    new OpCheck(lab(), "einsum " + equation)
        .input(sizes(parts[0]))
        .input(sizes(parts[1]))
        .run(
            x -> EinsumOp.apply(equation, x[0], x[1]),
            x -> {
              double[] y = new double[(int) count(out)];
              String used = all.replaceAll("[^" + parts[0] + parts[1] + "]", "");
              for (int n = 0; n < count(used); n++) {
                y[at(out, used, n)] += x[0][at(parts[0], used, n)] * x[1][at(parts[1], used, n)];
              }
              return y;
            },
            sizes(out));
  }

  /// Place in a tensor with axes `letters` of element number `n` of one with axes `used`.
  private static int at(String letters, String used, int n) {
    int[] index = new int[128];
    for (int i = used.length() - 1; i >= 0; i--) {
      index[used.charAt(i)] = n % size(used.charAt(i));
      n /= size(used.charAt(i));
    }
    int at = 0;
    for (char letter : letters.toCharArray()) {
      at = at * size(letter) + index[letter];
    }
    return at;
  }

  private static long count(String letters) {
    return Arrays.stream(sizes(letters)).reduce(1, (p, q) -> p * q);
  }

  private static long[] sizes(String letters) {
    return letters.chars().mapToLong(c -> size((char) c)).toArray();
  }

  private static int size(char letter) {
    return switch (letter) {
      case 'a', 'b' -> 3;
      case 'h', 'c' -> 2;
      default -> 2 + letter % 5;
    };
  }
}
