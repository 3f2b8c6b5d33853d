package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.McuParser;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.CrossEntropyOp;

/// Teaches a layer in the middle of the network to follow the bits: from its hidden state after a
/// token, three linear heads must tell where in the MCU the stream stands, by block, coefficient
/// and number of pending bits ([McuParser]).
///
/// An auxiliary loss of training only. The saved model is a plain Llama, and drawing needs no
/// parser. Ours: the paper's models are large enough to find this out from next tokens alone.
final class ParserHead {
  /// Name that the parameters of the head start with.
  static final String NAME = "parser_head";

  private final RmsNorm norm;
  private final Linear block;
  private final Linear coefficient;
  private final Linear pendingBits;

  ParserHead(Parameters p, int dim, int blocks) {
    Initializer normal = Initializer.normal(0.02f);
    norm = new RmsNorm(p.at("norm"), dim, 1e-5f);
    block = Linear.withoutBias(p.at("block"), dim, blocks + 1, normal);
    coefficient = Linear.withoutBias(p.at("coefficient"), dim, McuParser.COEFFICIENTS, normal);
    pendingBits =
        Linear.withoutBias(p.at("pending_bits"), dim, McuParser.MAX_PENDING_BITS + 1, normal);
  }

  /// Sum of the three cross-entropies, in nats a token.
  ///
  /// @param hidden `[B, T, C]` after a block of the network
  /// @param tokens what the parser says of them
  /// @return scalar `[]`
  Tensor loss(Tensor hidden, ParsedTokens tokens) {
    Tensor x = norm.forward(hidden); // [B, T, C]
    return CrossEntropyOp.apply(block.forward(x), tokens.block())
        .add(CrossEntropyOp.apply(coefficient.forward(x), tokens.coefficient()))
        .add(CrossEntropyOp.apply(pendingBits.forward(x), tokens.pendingBits()));
  }
}
