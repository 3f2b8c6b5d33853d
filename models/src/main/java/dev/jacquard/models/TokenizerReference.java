package dev.jacquard.models;

import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The tokenizer that a generator was trained with: a folder, and what tells it from others.
///
/// @param folder its path, relative to the generator's folder
/// @param codes size of its codebook
/// @param side rows and columns of its grid
/// @param hash its [TokenizerModel#hash()]; empty if nobody noted it, as in published files
public record TokenizerReference(String folder, int codes, int side, String hash) {
  /// Notes a tokenizer.
  ///
  /// @param folder its path, relative to the generator's folder
  /// @param tokenizer the tokenizer
  /// @return what [#require] compares
  public static TokenizerReference to(String folder, TokenizerModel tokenizer) {
    return new TokenizerReference(
        folder, tokenizer.vocabSize(), tokenizer.gridRows(), tokenizer.hash());
  }

  /// Reads the object `tokenizer` of a generator's configuration.
  ///
  /// @param file the configuration
  /// @param codes size of the codebook where it does not say
  /// @param side rows of the grid where it does not say
  /// @return what it says
  /// @throws CheckpointException if there is none, or a field has a wrong type
  public static TokenizerReference read(ConfigFile file, int codes, int side)
      throws CheckpointException {
    ConfigFile object = file.object("tokenizer");
    return new TokenizerReference(
        object.text("folder"),
        object.has("codes") ? object.intValue("codes") : codes,
        object.has("side") ? object.intValue("side") : side,
        object.has("sha256") ? object.text("sha256") : "");
  }

  /// The fields of that object.
  ///
  /// @return what [#read] reads
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("folder", folder);
    fields.put("codes", codes);
    fields.put("side", side);
    fields.put("sha256", hash);
    return fields;
  }

  /// Refuses another tokenizer.
  ///
  /// @param tokenizer what lies in the folder
  /// @param source the generator, for the message
  /// @throws IOException if the codebook, the grid or the hash differs; names both values
  public void require(TokenizerModel tokenizer, String source) throws IOException {
    requireEqual("codes", tokenizer.vocabSize(), codes, source);
    requireEqual("rows of codes", tokenizer.gridRows(), side, source);
    requireEqual("codes in a row", tokenizer.gridColumns(), side, source);
    if (!hash.isEmpty()) {
      requireEqual("hash", tokenizer.hash(), hash, source);
    }
  }

  private void requireEqual(String what, Object tokenizers, Object generators, String source)
      throws IOException {
    if (!tokenizers.equals(generators)) {
      throw new CheckpointException(
          "tokenizer \"%s\" does not fit; %s: tokenizer %s, generator %s"
              .formatted(folder, what, tokenizers, generators),
          source);
    }
  }
}
