package dev.jacquard.models.data;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The two JSON files about emoji: `emoji.json` of the npm packages and `index.json` of our packs.
///
/// Both hold an array of objects whose fields are mostly strings.
final class EmojiJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private EmojiJson() {}

  /// One emoji of the npm package: where its picture lies and what is said about it.
  ///
  /// @param image name of the picture, without folder
  record Source(int order, String image, Map<String, String> fields) {

    /// The entry of a pack for this emoji.
    EmojiEntry entry(String sheet, int x, int y) {
      return new EmojiEntry(
          sheet,
          x,
          y,
          fields.getOrDefault("unified", ""),
          fields.getOrDefault("name", ""),
          fields.getOrDefault("short_name", ""),
          category(),
          fields.getOrDefault("subcategory", ""));
    }

    String category() {
      return fields.getOrDefault("category", "");
    }
  }

  /// Reads the base emoji of `emoji.json` that Google has drawn, in Unicode's order.
  ///
  /// @param json the file
  /// @param origin what to name in an error
  static List<Source> readSource(byte[] json, Path origin) throws ImageDataException {
    List<Source> sources = new ArrayList<>();
    for (Map<String, String> fields : readObjects(json, origin)) {
      if (Boolean.parseBoolean(fields.get("has_img_google"))) {
        for (String needed : List.of("unified", "name", "short_name", "category", "subcategory")) {
          require(fields, needed, origin);
        }
        int order = requireInt(fields, "sort_order", origin);
        sources.add(new Source(order, require(fields, "image", origin), fields));
      }
    }
    sources.sort(Comparator.comparingInt(Source::order));
    return sources;
  }

  /// Reads the index of a pack.
  static List<EmojiEntry> readIndex(byte[] json, Path origin) throws ImageDataException {
    List<EmojiEntry> entries = new ArrayList<>();
    for (Map<String, String> fields : readObjects(json, origin)) {
      entries.add(
          new EmojiEntry(
              require(fields, "sheet", origin),
              requireInt(fields, "x", origin),
              requireInt(fields, "y", origin),
              require(fields, "unified", origin),
              require(fields, "name", origin),
              require(fields, "shortName", origin),
              require(fields, "category", origin),
              require(fields, "subcategory", origin)));
    }
    return entries;
  }

  /// Writes the index of a pack, one emoji a line.
  static byte[] writeIndex(List<EmojiEntry> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartArray();
      for (EmojiEntry entry : entries) {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringProperty("sheet", entry.sheet());
        json.writeNumberProperty("x", entry.x());
        json.writeNumberProperty("y", entry.y());
        json.writeStringProperty("unified", entry.unified());
        json.writeStringProperty("name", entry.name());
        json.writeStringProperty("shortName", entry.shortName());
        json.writeStringProperty("category", entry.category());
        json.writeStringProperty("subcategory", entry.subcategory());
        json.writeEndObject();
      }
      json.writeRaw('\n');
      json.writeEndArray();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  private static int requireInt(Map<String, String> fields, String name, Path origin)
      throws ImageDataException {
    String value = require(fields, name, origin);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new ImageDataException(
          origin, "emoji whose field \"%s\" is no whole number: %s".formatted(name, value), e);
    }
  }

  private static String require(Map<String, String> fields, String name, Path origin)
      throws ImageDataException {
    String value = fields.get(name);
    if (value == null) {
      throw new ImageDataException(
          origin, "emoji without the field \"%s\"; it has %s".formatted(name, fields.keySet()));
    }
    return value;
  }

  /// The objects of the outermost array; of each, the fields that are no arrays or objects.
  private static List<Map<String, String>> readObjects(byte[] json, Path origin)
      throws ImageDataException {
    List<Map<String, String>> objects = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new ImageDataException(origin, "not a list of emoji; need a JSON array of objects");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw new ImageDataException(
              origin, "not a list of emoji; element %d is no object".formatted(objects.size()));
        }
        objects.add(readFields(parser));
      }
    } catch (JacksonException e) {
      throw new ImageDataException(origin, "damaged JSON (" + e.getOriginalMessage() + ")", e);
    }
    return objects;
  }

  private static Map<String, String> readFields(JsonParser parser) {
    Map<String, String> fields = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken().isStructStart()) {
        parser.skipChildren();
      } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
        fields.put(name, parser.getString());
      }
    }
    return fields;
  }

  /// `Smileys & Emotion` becomes `smileys-emotion.png`.
  static String sheetName(String category) {
    return category.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".png";
  }
}
