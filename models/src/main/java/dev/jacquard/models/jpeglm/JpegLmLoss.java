package dev.jacquard.models.jpeglm;

import dev.jacquard.models.train.DocumentBatches;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.op.SumOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a JPEG-LM is trained by: the paper's next-token cross-entropy, and two losses of ours that
/// let a model a thousand times smaller than the paper's find out how JPEG files are made.
///
/// `loss = CE(next token) + parserWeight · parser + grammarWeight · grammar`, where `parser` is
/// that of a [ParserHead] on the middle block, and `grammar = -log Σ p(v)` over the tokens `v` that
/// can follow (a semantic loss, Xu et al. 2018, arXiv:1711.11157): one label says which token came,
/// this one says of every token whether it could have come.
final class JpegLmLoss {
  private final LlamaModel llama;
  private final StreamGrammar grammar;
  private final @Nullable ParserHead parser;
  private final float parserWeight;
  private final float grammarWeight;

  /// Adds the parser head to the model's parameters, unless its weight is 0.
  JpegLmLoss(LlamaModel llama, StreamGrammar grammar, double parserWeight, double grammarWeight) {
    this.llama = llama;
    this.grammar = grammar;
    this.parserWeight = (float) parserWeight;
    this.grammarWeight = (float) grammarWeight;
    Parameters head = llama.parameters().at(ParserHead.NAME);
    this.parser =
        parserWeight == 0 ? null : new ParserHead(head, llama.config().dim(), grammar.blocks());
  }

  /// The loss of a batch whose rows start with a document.
  ///
  /// @return scalar `[]`, in nats a token
  Tensor of(DocumentBatches.Batch batch) {
    List<Tensor> outputs = llama.blockOutputs(batch.ids());
    Tensor logits = llama.output(llama.norm().forward(outputs.getLast())); // [B, T, V]
    Tensor loss = CrossEntropyOp.apply(logits, batch.labels());
    if (parser == null && grammarWeight == 0) {
      return loss;
    }
    ParsedTokens parsed = ParsedTokens.of(grammar, batch.ids(), llama.parameters().backend());
    if (parser != null) {
      Tensor middle = outputs.get(outputs.size() / 2); // [B, T, C]
      loss = loss.add(parser.loss(middle, parsed).scale(parserWeight));
    }
    if (grammarWeight > 0) {
      loss = loss.add(forbidden(logits, parsed.allowed()).scale(grammarWeight));
    }
    return loss;
  }

  private static Tensor forbidden(Tensor logits, Tensor allowed) {
    Tensor mass = SumOp.apply(SoftmaxOp.apply(logits).mul(allowed), 2); // [B, T]
    return mass.map(Unary.LOG).mean().scale(-1);
  }
}
