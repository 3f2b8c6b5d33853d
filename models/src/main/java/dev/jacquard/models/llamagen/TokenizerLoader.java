package dev.jacquard.models.llamagen;

import dev.jacquard.models.TokenizerModel;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;

/// Opens tokenizers of any family.
@FunctionalInterface
public interface TokenizerLoader {
  /// Loads a tokenizer.
  ///
  /// @param path its folder, or a published file
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if a file is missing or malformed, or it is no tokenizer
  TokenizerModel load(Path path, Backend backend) throws IOException;
}
