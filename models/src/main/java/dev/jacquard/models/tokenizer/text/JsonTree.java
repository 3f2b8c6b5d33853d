package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// One value of a JSON file, with its path for messages.
///
/// @param file the file
/// @param path names and positions from the root
/// @param value a map, a list, a text, a `Long`, a `Double`, a `Boolean` or null
record JsonTree(Path file, String path, @Nullable Object value) {
  private static final long MAX_BYTES = 1 << 26;
  private static final int MAX_DEPTH = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxNestingDepth(MAX_DEPTH)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /// Reads a file.
  static JsonTree read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException(file, "no such file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new TokenizerException(file, "too large for a tokenizer");
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      json.nextToken();
      JsonTree tree = new JsonTree(file, "file", read(json));
      if (json.nextToken() != null) {
        throw new TokenizerException(file, "something after the JSON value");
      }
      return tree;
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new TokenizerException(
          file, "no valid JSON at byte %d (%s)".formatted(at, e.getOriginalMessage()), e);
    }
  }

  private static @Nullable Object read(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          json.nextToken();
          map.put(name, read(json));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(json));
        }
        yield list;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case null, default -> null;
    };
  }

  boolean isNull() {
    return value == null;
  }

  boolean isText() {
    return value instanceof String;
  }

  boolean isList() {
    return value instanceof List;
  }

  /// A member of an object; null if it is missing.
  JsonTree get(String name) throws TokenizerException {
    return new JsonTree(file, path + "." + name, require(Map.class, "an object").get(name));
  }

  List<JsonTree> list() throws TokenizerException {
    List<JsonTree> list = new ArrayList<>();
    for (Object item : require(List.class, "a list")) {
      list.add(new JsonTree(file, path + "[" + list.size() + "]", item));
    }
    return list;
  }

  Map<?, ?> map() throws TokenizerException {
    return require(Map.class, "an object");
  }

  String text() throws TokenizerException {
    return require(String.class, "a text");
  }

  int integer() throws TokenizerException {
    long number = require(Long.class, "a whole number");
    if (number != (int) number) {
      throw problem("is " + number);
    }
    return (int) number;
  }

  boolean flag(boolean fallback) throws TokenizerException {
    return isNull() ? fallback : require(Boolean.class, "true or false");
  }

  private <T> T require(Class<T> type, String kind) throws TokenizerException {
    if (!type.isInstance(value)) {
      String found = value == null ? "missing" : value.getClass().getSimpleName();
      throw problem("is %s; need %s".formatted(found, kind));
    }
    return type.cast(value);
  }

  /// What is wrong with this value.
  TokenizerException problem(String problem) {
    return new TokenizerException(file, "\"%s\" %s".formatted(path, problem));
  }
}
