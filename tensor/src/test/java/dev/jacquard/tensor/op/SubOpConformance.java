package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `a - b` with stretched axes.
public interface SubOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "'3,7,17', '17', '3,7,17'",
    "'7,1', '1,31', '7,31'",
    "'5', '', '5'",
    "'', '33', '33'",
    "'2,1,3', '4,1', '2,4,3'",
    "'3,7', '3,7', '3,7'",
    "'1,1', '1', '1,1'",
    "'0,3', '3', '0,3'"
  })
  default void subBroadcasts(String aSizes, String bSizes, String ySizes) {
    Shape a = Broadcast.shape(aSizes);
    Shape b = Broadcast.shape(bSizes);
    Shape y = Broadcast.shape(ySizes);
    new OpCheck(lab(), "sub %s %s".formatted(a, b))
        .input(a.toArray())
        .input(b.toArray())
        .run(
            x -> SubOp.apply(x[0], x[1]),
            x -> Broadcast.formula(x[0], a, x[1], b, y, (p, q) -> p - q),
            y.toArray());
  }
}
