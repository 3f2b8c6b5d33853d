/// Tokenizers: from pictures or bytes to integer ids and back.
///
/// [dev.jacquard.models.tokenizer.ByteStreamTokenizer] is the half that JPEG-LM needs, byte
/// strings: [dev.jacquard.models.tokenizer.ByteTokenizer] one id a byte,
/// [dev.jacquard.models.tokenizer.BytePairTokenizer] with frequent pairs merged.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.tokenizer;
