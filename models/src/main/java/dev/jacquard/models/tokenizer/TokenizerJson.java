package dev.jacquard.models.tokenizer;

import dev.jacquard.tensor.io.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes [BytePairTokenizer]s as `tokenizer.json`, the file of Hugging Face's
/// tokenizers.
///
/// Byte v is spelled as the Braille character U+2800 + v, as JPEG-LM does, so that every byte
/// string is a text. Written are the fields that their library expects; read are `model.type`,
/// `model.vocab` and `model.merges`.
final class TokenizerJson {
  private static final char FIRST_BRAILLE = '\u2800';
  private static final List<String> SPECIALS = List.of("<unk>", "<s>", "</s>");
  private static final JsonFactory FACTORY = new JsonFactory();

  private TokenizerJson() {}

  /// Bytes as Braille characters.
  static String braille(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (FIRST_BRAILLE + (bytes[i] & 0xFF));
    }
    return new String(chars);
  }

  static void write(BytePairTokenizer tokenizer, Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("version", "1.0");
      json.writeNullProperty("truncation");
      json.writeNullProperty("padding");
      writeSpecials(json);
      json.writeNullProperty("normalizer");
      json.writeNullProperty("pre_tokenizer");
      json.writeNullProperty("post_processor");
      json.writeNullProperty("decoder");
      writeModel(json, tokenizer);
      json.writeEndObject();
    }
    AtomicFiles.write(file, bytes.toByteArray());
  }

  private static void writeSpecials(JsonGenerator json) {
    json.writeArrayPropertyStart("added_tokens");
    for (int id = 0; id < SPECIALS.size(); id++) {
      json.writeStartObject();
      json.writeNumberProperty("id", id);
      json.writeStringProperty("content", SPECIALS.get(id));
      json.writeBooleanProperty("single_word", false);
      json.writeBooleanProperty("lstrip", false);
      json.writeBooleanProperty("rstrip", false);
      json.writeBooleanProperty("normalized", false);
      json.writeBooleanProperty("special", true);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeModel(JsonGenerator json, BytePairTokenizer tokenizer) {
    json.writeObjectPropertyStart("model");
    json.writeStringProperty("type", "BPE");
    json.writeNullProperty("dropout");
    json.writeStringProperty("unk_token", SPECIALS.getFirst());
    json.writeNullProperty("continuing_subword_prefix");
    json.writeNullProperty("end_of_word_suffix");
    json.writeBooleanProperty("fuse_unk", false);
    json.writeBooleanProperty("byte_fallback", false);
    json.writeObjectPropertyStart("vocab");
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      json.writeNumberProperty(spelling(tokenizer, id), id);
    }
    json.writeEndObject();
    json.writeArrayPropertyStart("merges");
    for (int r = 0; r < tokenizer.mergeCount(); r++) {
      json.writeStartArray();
      json.writeString(spelling(tokenizer, tokenizer.left(r)));
      json.writeString(spelling(tokenizer, tokenizer.right(r)));
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String spelling(BytePairTokenizer tokenizer, int id) {
    return id < SPECIALS.size() ? SPECIALS.get(id) : braille(tokenizer.bytesOf(id));
  }

  static BytePairTokenizer read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException(file, "no such file");
    }
    Map<?, ?> model;
    try (JsonParser json =
        FACTORY.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      json.nextToken();
      Map<?, ?> root = require(Map.class, value(json), "the file", file);
      model = require(Map.class, root.get("model"), "\"model\"", file);
    } catch (JacksonException e) {
      throw new TokenizerException(file, "damaged JSON (" + e.getOriginalMessage() + ")", e);
    }
    if (!"BPE".equals(model.get("type"))) {
      throw new TokenizerException(
          file, "model of type \"%s\"; need \"BPE\"".formatted(model.get("type")));
    }
    Map<?, ?> vocab = require(Map.class, model.get("vocab"), "\"model.vocab\"", file);
    List<?> merges = require(List.class, model.get("merges"), "\"model.merges\"", file);
    checkBase(vocab, merges.size(), file);
    return fromMerges(vocab, merges, file);
  }

  /// Specials and bytes must have the ids that [ByteStreamTokenizer] promises.
  private static void checkBase(Map<?, ?> vocab, int merges, Path file) throws TokenizerException {
    int need = BytePairTokenizer.FIRST_MERGE + merges;
    if (vocab.size() != need) {
      throw new TokenizerException(
          file, "%d ids for 259 and %d merges; need %d".formatted(vocab.size(), merges, need));
    }
    for (int id = 0; id < SPECIALS.size(); id++) {
      requireId(vocab, SPECIALS.get(id), id, file);
    }
    for (int b = 0; b < 256; b++) {
      requireId(vocab, braille(new byte[] {(byte) b}), ByteStreamTokenizer.FIRST_BYTE + b, file);
    }
  }

  private static BytePairTokenizer fromMerges(Map<?, ?> vocab, List<?> merges, Path file)
      throws TokenizerException {
    int[] left = new int[merges.size()];
    int[] right = new int[merges.size()];
    for (int r = 0; r < left.length; r++) {
      List<?> pair =
          merges.get(r) instanceof String text // the older spelling, "a b"
              ? List.of(text.split(" ", -1))
              : require(List.class, merges.get(r), "merge " + r, file);
      if (pair.size() != 2) {
        throw new TokenizerException(
            file, "merge %d has %d parts; need 2".formatted(r, pair.size()));
      }
      int limit = BytePairTokenizer.FIRST_MERGE + r;
      left[r] = partId(vocab, pair.get(0), r, limit, file);
      right[r] = partId(vocab, pair.get(1), r, limit, file);
      requireId(vocab, "" + pair.get(0) + pair.get(1), limit, file);
    }
    return new BytePairTokenizer(left, right);
  }

  private static int partId(Map<?, ?> vocab, Object part, int merge, int limit, Path file)
      throws TokenizerException {
    int id = vocab.get(part) instanceof Integer known ? known : -1;
    if (id < ByteStreamTokenizer.FIRST_BYTE || id >= limit) {
      throw new TokenizerException(
          file,
          "merge %d joins \"%s\" with id %d; need a byte or an earlier merge, 3 to %d"
              .formatted(merge, part, id, limit - 1));
    }
    return id;
  }

  private static void requireId(Map<?, ?> vocab, String token, int id, Path file)
      throws TokenizerException {
    if (!Integer.valueOf(id).equals(vocab.get(token))) {
      throw new TokenizerException(
          file, "token \"%s\" has id %s; need %d".formatted(token, vocab.get(token), id));
    }
  }

  private static <T> T require(Class<T> type, @Nullable Object value, String what, Path file)
      throws TokenizerException {
    if (!type.isInstance(value)) {
      String found = value == null ? "nothing" : value.getClass().getSimpleName();
      throw new TokenizerException(
          file, "%s is wrong; found %s; need %s".formatted(what, found, type.getSimpleName()));
    }
    return type.cast(value);
  }

  /// The value that starts at the current token: a map, a list, a text, an integer, or else
  /// nothing.
  private static @Nullable Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new HashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          json.nextToken();
          map.put(name, value(json));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getIntValue();
      case null, default -> null;
    };
  }
}
