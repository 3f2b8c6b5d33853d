package dev.jacquard.jmh.ratio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads what JMH writes with `-rf json`.
final class ResultReader {
  private ResultReader() {}

  /// @param file a list of results
  /// @return the results, in their order
  /// @throws IllegalArgumentException if the file is no list, as before JMH has ended
  static List<Result> read(Path file) {
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        String seen = json.currentToken() == null ? "nothing" : json.currentToken().toString();
        throw new IllegalArgumentException(
            file + ": a list of results is needed, as JMH writes at its end; it holds " + seen);
      }
      List<Result> results = new ArrayList<>();
      for (Object each : (List<?>) value(json)) {
        results.add(result((Map<?, ?>) each));
      }
      return results;
    }
  }

  /// The value at which the parser stands: a map, a list, a number, or else text.
  private static Object value(JsonParser json) {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> map = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        map.put(key, value(json));
      }
      return map;
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      List<Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(json));
      }
      return list;
    }
    return json.currentToken().isNumeric() ? (Object) json.getDoubleValue() : json.getString();
  }

  private static Result result(Map<?, ?> json) {
    String path = (String) json.get("benchmark");
    int dot = path.lastIndexOf('.');
    String type = path.substring(path.lastIndexOf('.', dot - 1) + 1, dot);
    Map<String, String> params = new LinkedHashMap<>();
    if (json.get("params") instanceof Map<?, ?> given) {
      given.forEach((name, text) -> params.put((String) name, (String) text));
    }
    Map<?, ?> metric = (Map<?, ?>) json.get("primaryMetric");
    double[] all =
        ((List<?>) metric.get("rawData"))
            .stream()
                .flatMap(fork -> ((List<?>) fork).stream())
                .mapToDouble(ResultReader::score)
                .sorted()
                .toArray();
    double median = quantile(all, 0.5);
    double spread = (quantile(all, 0.75) - quantile(all, 0.25)) / 2 / median;
    String unit = (String) metric.get("scoreUnit");
    return new Result(type, path.substring(dot + 1), params, median, spread, unit);
  }

  /// A single shot's score comes as a number, too, but NaN as text.
  private static double score(Object json) {
    return json instanceof Double number ? number : Double.NaN;
  }

  /// Interpolates between neighbours.
  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
