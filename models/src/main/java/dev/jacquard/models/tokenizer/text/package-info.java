/// Tokenizers of texts as published models bring them along: SentencePiece's `.model` files and
/// Hugging Face's `tokenizer.json`.
///
/// Both kinds of byte-pair encoding join the best neighbouring pair until none is left
/// ([dev.jacquard.models.tokenizer.text.PairMerger]); unigram models take the likeliest of all ways
/// to cut a text ([dev.jacquard.models.tokenizer.text.UnigramSearch]). Read
/// [dev.jacquard.models.tokenizer.text.SentencePieceTokenizer] first.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.tokenizer.text;
