package dev.jacquard.tensor.io;

import dev.jacquard.tensor.shape.Shape;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Parses and checks the JSON header of a safetensors file.
final class SafetensorsHeader {
  /* Layout: u64 length of the header, header, data. The header is one object: "__metadata__" maps texts to texts, every
   * other key is a tensor {"dtype": "F32", "shape": [2, 3], "data_offsets": [from, to]} with offsets from the start of
   * the data. Tensors cover the data without gap or overlap. */

  /// Longest header accepted, as in the format's own implementation.
  static final int MAX_BYTES = 100_000_000;

  /// Size of the field before the header.
  static final int LENGTH_BYTES = 8;

  private static final List<StoredType> TYPES =
      Arrays.stream(StoredType.values()).filter(type -> !type.isQuantized()).toList();
  private static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 32;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxNestingDepth(3)
                  .maxNameLength(1 << 12)
                  .maxStringLength(MAX_BYTES)
                  .maxNumberLength(20)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Path file;
  private final long dataFrom;
  private final long dataTo;
  private final JsonParser parser;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorEntry> entries = new ArrayList<>();

  private SafetensorsHeader(Path file, JsonParser parser, long dataFrom, long dataTo) {
    this.file = file;
    this.parser = parser;
    this.dataFrom = dataFrom;
    this.dataTo = dataTo;
  }

  /// Parses a header.
  ///
  /// @param file for messages
  /// @param header the JSON text
  /// @param fileBytes size of the whole file
  /// @throws CheckpointException if header and size are not those of a whole safetensors file
  static SafetensorsHeader parse(Path file, byte[] header, long fileBytes)
      throws CheckpointException {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), header)) {
      var parsed =
          new SafetensorsHeader(file, parser, LENGTH_BYTES + (long) header.length, fileBytes);
      parsed.readAll();
      return parsed;
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new CheckpointException(
          "header is no valid JSON; " + e.getOriginalMessage(), file, LENGTH_BYTES + at);
    }
  }

  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  List<TensorEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  private void readAll() throws CheckpointException {
    parser.nextToken();
    require(JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      require(JsonToken.PROPERTY_NAME, "a name");
      String name = parser.currentName();
      parser.nextToken();
      require(JsonToken.START_OBJECT, "an object");
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        readEntry(name);
      }
    }
    if (parser.nextToken() != null) {
      throw here("header goes on after its object; need blanks only");
    }
    checkCoverage();
  }

  private void readMetadata() throws CheckpointException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      require(JsonToken.PROPERTY_NAME, "a name");
      String name = parser.currentName();
      parser.nextToken();
      require(JsonToken.VALUE_STRING, "a text for metadata \"" + name + "\"");
      metadata.put(name, parser.getString());
    }
  }

  private void readEntry(String name) throws CheckpointException {
    CheckpointException incomplete =
        here("tensor \"" + name + "\" lacks dtype, shape or data_offsets");
    StoredType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      require(JsonToken.PROPERTY_NAME, "a name");
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> type = readType(name);
        case "shape" -> shape = readNumbers(name, field, MAX_RANK);
        case "data_offsets" -> offsets = readNumbers(name, field, 2);
        default ->
            throw here(
                "tensor \"" + name + "\" has an unknown field; \"" + Names.shortened(field) + "\"");
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw incomplete;
    }
    addEntry(name, type, shape, offsets[0], offsets[1]);
  }

  private StoredType readType(String name) throws CheckpointException {
    require(JsonToken.VALUE_STRING, "a text for dtype");
    String text = parser.getString();
    for (StoredType type : TYPES) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw here(
        "tensor \"%s\" has an unknown dtype; \"%s\"; need one of %s"
            .formatted(name, Names.shortened(text), TYPES));
  }

  private long[] readNumbers(String name, String field, int atMost) throws CheckpointException {
    require(JsonToken.START_ARRAY, "an array for " + field);
    LongArrayList numbers = new LongArrayList();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(JsonToken.VALUE_NUMBER_INT, "whole numbers for " + field);
      long number = parser.getLongValue(); // throws if it does not fit
      if (number < 0 || numbers.size() == atMost) {
        throw here(
            "tensor \"%s\" has a bad %s; element %d is %d; need at most %d numbers >= 0"
                .formatted(name, field, numbers.size(), number, atMost));
      }
      numbers.add(number);
    }
    return numbers.toLongArray();
  }

  private void addEntry(String name, StoredType type, long[] shape, long from, long to)
      throws CheckpointException {
    String sizes = Arrays.toString(shape);
    if (from > to || to > dataTo - dataFrom) {
      throw here(
          "tensor \"%s\" lies outside the data; [%d, %d); file has %d bytes of data"
              .formatted(name, from, to, dataTo - dataFrom));
    }
    long bytes;
    try {
      bytes = type.bytes(TensorEntry.elements(shape));
    } catch (ArithmeticException e) {
      throw here("tensor \"" + name + "\" is too large; shape " + sizes);
    }
    if (bytes != to - from) {
      throw here(
          "tensor \"%s\" has data of another size; %d bytes; need %d for %s %s"
              .formatted(name, to - from, bytes, type, sizes));
    }
    entries.add(new TensorEntry(name, type, Shape.of(shape), dataFrom + from, bytes));
  }

  /// Sorts the entries by place and checks that they cover the data once.
  private void checkCoverage() throws CheckpointException {
    entries.sort(
        Comparator.comparingLong(TensorEntry::offsetBytes)
            .thenComparingLong(TensorEntry::sizeBytes));
    long covered = dataFrom;
    for (TensorEntry entry : entries) {
      if (entry.offsetBytes() != covered) {
        String problem = entry.offsetBytes() < covered ? "overlaps another" : "follows a gap";
        throw new CheckpointException(
            "tensor \"%s\" %s; need its data at byte %d".formatted(entry.name(), problem, covered),
            file,
            entry.offsetBytes());
      }
      covered += entry.sizeBytes();
    }
    if (covered != dataTo) {
      throw new CheckpointException(
          "data go on after the last tensor; %d more bytes".formatted(dataTo - covered),
          file,
          covered);
    }
  }

  private void require(JsonToken wanted, String words) throws CheckpointException {
    if (parser.currentToken() != wanted) {
      throw here("header is of another form; found %s; need %s".formatted(found(), words));
    }
  }

  private String found() {
    JsonToken token = parser.currentToken();
    return token == null ? "its end" : token.name();
  }

  private CheckpointException here(String problem) {
    long at = Math.max(0, parser.currentTokenLocation().getByteOffset());
    return new CheckpointException(problem, file, LENGTH_BYTES + at);
  }
}
