package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same elements in another shape.
public interface ReshapeOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "'3,7,17', '357'",
    "'3,7,17', '21,17'",
    "'3,7,17', '3,119'",
    "'1', ''",
    "'0,3', '3,0'"
  })
  default void reshapeKeepsTheOrder(String from, String to) {
    new OpCheck(lab(), "reshape %s to %s".formatted(from, to))
        .input(Broadcast.shape(from).toArray())
        .run(
            x -> ReshapeOp.apply(x[0], Broadcast.shape(to).toArray()),
            x -> x[0].clone(),
            Broadcast.shape(to).toArray());
  }

  @Test
  default void reshapeFindsTheOpenSize() {
    new OpCheck(lab(), "reshape with an open size")
        .input(3, 7, 17)
        .run(x -> ReshapeOp.apply(x[0], 7, -1), x -> x[0].clone(), 7, 51);
  }
}
