package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.EinsumOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.MatmulOp;
import java.io.IOException;

/// Group `matmul`.
final class MatmulCases {
  private MatmulCases() {}

  static OpTable table() {
    return new OpTable()
        .one("matmul", MatmulCases::matmul)
        .one("linear", MatmulCases::linear)
        .one("einsum", c -> EinsumOp.apply(c.text("equation"), c.tensor("a"), c.tensor("b")))
        .one("outer", c -> EinsumOp.apply("i,j->ij", c.tensor("a"), c.tensor("b")));
  }

  /// Vectors count as matrices of one row (`a`) or one column (`b`); the note says which operand is
  /// transposed.
  private static Tensor matmul(OpArguments arguments) throws IOException {
    Tensor a = arguments.tensor("a");
    Tensor b = arguments.tensor("b");
    a = a.shape().rank() == 1 ? a.reshape(1, -1) : a;
    b = b.shape().rank() == 1 ? b.reshape(-1, 1) : b;
    a = arguments.note().contains("a^T") ? a.transpose(-2, -1) : a;
    b = arguments.note().contains("b^T") ? b.transpose(-2, -1) : b;
    return MatmulOp.apply(a, b).reshape(arguments.outputShape(0).toArray());
  }

  private static Tensor linear(OpArguments arguments) throws IOException {
    Tensor y = LinearOp.apply(arguments.x(), arguments.tensor("w"));
    return arguments.has("b") ? y.add(arguments.tensor("b")) : y;
  }
}
