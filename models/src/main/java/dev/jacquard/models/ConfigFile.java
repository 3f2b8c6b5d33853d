package dev.jacquard.models;

import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// A `config.json`: one JSON object, with typed access to its fields.
public final class ConfigFile {
  private static final long MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final String source;
  private final SequencedMap<String, @Nullable Object> fields;

  private ConfigFile(String source, SequencedMap<String, @Nullable Object> fields) {
    this.source = source;
    this.fields = fields;
  }

  /// Reads a file.
  ///
  /// @param file with one JSON object
  /// @return its fields
  /// @throws IOException if it is missing, too large or malformed
  public static ConfigFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException("no such file", file.toString());
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new CheckpointException("too large for a configuration", file.toString());
    }
    try (JsonParser parser =
        JSON.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CheckpointException("no JSON object", file.toString());
      }
      ConfigFile config = new ConfigFile(file.toString(), readObject(parser));
      if (parser.nextToken() != null) {
        throw new CheckpointException("something after the JSON object", file.toString());
      }
      return config;
    } catch (JacksonException e) {
      throw new CheckpointException("malformed JSON: " + e.getOriginalMessage(), file.toString());
    }
  }

  /// Writes a file beside its place and moves it in.
  ///
  /// @param file where to
  /// @param fields texts, numbers, booleans, lists and maps by name
  /// @throws IOException if writing fails
  public static void write(Path file, Map<String, ?> fields) throws IOException {
    StringWriter text = new StringWriter();
    ObjectWriteContext pretty =
        new ObjectWriteContext.Base() {
          @Override
          public DefaultPrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
          }
        };
    try (JsonGenerator json = JSON.createGenerator(pretty, text)) {
      writeValue(json, fields);
    }
    AtomicFiles.write(file, text + "\n");
  }

  /// Where it comes from.
  ///
  /// @return path of the file
  public String source() {
    return source;
  }

  /// All fields.
  ///
  /// @return texts, `Long`, `Double`, `Boolean`, lists and maps by name, in the order of the file
  public SequencedMap<String, @Nullable Object> fields() {
    return fields;
  }

  /// A field that holds a text.
  ///
  /// @param name of the field
  /// @return its value
  /// @throws CheckpointException if it is missing or something else
  public String text(String name) throws CheckpointException {
    return require(name, String.class, "a text");
  }

  /// A field that holds a whole number.
  ///
  /// @param name of the field
  /// @return its value
  /// @throws CheckpointException if it is missing, something else or too large for an `int`
  public int intValue(String name) throws CheckpointException {
    long value = require(name, Long.class, "a whole number");
    if (value != (int) value) {
      throw new CheckpointException("\"" + name + "\" is too large: " + value, source);
    }
    return (int) value;
  }

  /// A field that holds a number.
  ///
  /// @param name of the field
  /// @return its value
  /// @throws CheckpointException if it is missing or something else
  public double doubleValue(String name) throws CheckpointException {
    return require(name, Number.class, "a number").doubleValue();
  }

  /// A field that holds a yes or no.
  ///
  /// @param name of the field
  /// @param fallback value if it is missing
  /// @return its value
  /// @throws CheckpointException if it is something else
  public boolean flag(String name, boolean fallback) throws CheckpointException {
    return has(name) ? require(name, Boolean.class, "true or false") : fallback;
  }

  /// A field that holds an object.
  ///
  /// @param name of the field
  /// @return its fields
  /// @throws CheckpointException if it is missing or something else
  public ConfigFile object(String name) throws CheckpointException {
    SequencedMap<String, @Nullable Object> inner = new LinkedHashMap<>();
    Map<?, ?> object = require(name, Map.class, "an object");
    object.forEach((key, value) -> inner.put(String.valueOf(key), value));
    return new ConfigFile(source, inner);
  }

  /// A field that holds a list of objects.
  ///
  /// @param name of the field
  /// @return the fields of each
  /// @throws CheckpointException if it is missing or something else
  public List<ConfigFile> objects(String name) throws CheckpointException {
    List<ConfigFile> objects = new ArrayList<>();
    for (Object item : require(name, List.class, "a list of objects")) {
      SequencedMap<String, @Nullable Object> holder = new LinkedHashMap<>();
      holder.put(name, item);
      objects.add(new ConfigFile(source, holder).object(name));
    }
    return objects;
  }

  /// A field that holds a list of texts.
  ///
  /// @param name of the field
  /// @return the texts; null where the list has null
  /// @throws CheckpointException if it is missing or something else
  public List<@Nullable String> texts(String name) throws CheckpointException {
    List<@Nullable String> texts = new ArrayList<>();
    for (Object item : require(name, List.class, "a list of texts")) {
      if (item != null && !(item instanceof String)) {
        throw new CheckpointException("\"%s\" holds %s; need texts".formatted(name, item), source);
      }
      texts.add((String) item);
    }
    return texts;
  }

  /// A field that holds a whole number or a list of whole numbers.
  ///
  /// @param name of the field
  /// @return the numbers; one if there is no list
  /// @throws CheckpointException if it is missing or something else
  public int[] intValues(String name) throws CheckpointException {
    if (!(fields.get(name) instanceof List<?> list)) {
      return new int[] {intValue(name)};
    }
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      SequencedMap<String, @Nullable Object> holder = new LinkedHashMap<>();
      holder.put(name, list.get(i));
      values[i] = new ConfigFile(source, holder).intValue(name);
    }
    return values;
  }

  /// A list of lists of whole numbers.
  ///
  /// @param name of the field
  /// @return the lists, in order
  /// @throws CheckpointException if it is missing or something else
  public List<List<Integer>> intLists(String name) throws CheckpointException {
    if (!(fields.get(name) instanceof List<?> lists)) {
      throw new CheckpointException("field \"%s\" is no list of lists".formatted(name), source);
    }
    List<List<Integer>> values = new ArrayList<>();
    for (Object one : lists) {
      SequencedMap<String, @Nullable Object> holder = new LinkedHashMap<>();
      holder.put(name, one);
      values.add(Arrays.stream(new ConfigFile(source, holder).intValues(name)).boxed().toList());
    }
    return values;
  }

  /// Whether there is a field.
  ///
  /// @param name of the field
  /// @return true if it has a value other than null
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  private <T> T require(String name, Class<T> type, String kind) throws CheckpointException {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new CheckpointException(
          "\"%s\" is %s; need %s".formatted(name, value == null ? "missing" : value, kind), source);
    }
    return type.cast(value);
  }

  private static SequencedMap<String, @Nullable Object> readObject(JsonParser parser) {
    SequencedMap<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, readValue(parser));
    }
    return object;
  }

  private static @Nullable Object readValue(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getString();
    };
  }

  private static List<@Nullable Object> readArray(JsonParser parser) {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(readValue(parser));
    }
    return array;
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach(
            (key, inner) -> {
              json.writeName(String.valueOf(key));
              writeValue(json, inner);
            });
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(inner -> writeValue(json, inner));
        json.writeEndArray();
      }
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Float number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }
}
