package dev.jacquard.models.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Rows under named columns, printed for people (aligned) or for programs (one JSON object a line).
///
/// Values are texts, whole numbers, `Double`s or `Boolean`s. Numbers are aligned to the right.
public final class Table {

  private final List<String> columns;
  private final List<List<Object>> rows = new ArrayList<>();

  /// An empty table.
  ///
  /// @param columns names of the columns; with `--json` the keys
  public Table(String... columns) {
    this.columns = List.of(columns);
  }

  /// Adds a row.
  ///
  /// @param values one for each column
  /// @return this table
  /// @throws IllegalArgumentException if the number of values is not the number of columns
  public Table row(Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "table: row of %d values; %d columns %s; need one value for each column"
              .formatted(values.length, columns.size(), columns));
    }
    rows.add(List.copyOf(Arrays.asList(values)));
    return this;
  }

  /// Prints all rows.
  ///
  /// @param out where to
  /// @param json one object a line instead of aligned columns
  public void print(PrintWriter out, boolean json) {
    if (json) {
      printJson(out);
    } else {
      printText(out);
    }
  }

  private void printJson(PrintWriter out) {
    JsonFactory json = new JsonFactory();
    for (List<Object> row : rows) {
      StringWriter line = new StringWriter();
      try (JsonGenerator object = json.createGenerator(ObjectWriteContext.empty(), line)) {
        object.writeStartObject();
        for (int c = 0; c < row.size(); c++) {
          object.writeName(columns.get(c));
          writeValue(object, row.get(c));
        }
        object.writeEndObject();
      }
      out.println(line);
    }
  }

  private static void writeValue(JsonGenerator object, Object value) {
    switch (value) {
      case Integer number -> object.writeNumber(number);
      case Long number -> object.writeNumber(number);
      case Double number when !Double.isFinite(number) -> object.writeNull(); // JSON has no NaN
      case Double number -> object.writeNumber(number);
      case Boolean flag -> object.writeBoolean(flag);
      default -> object.writeString(value.toString());
    }
  }

  private void printText(PrintWriter out) {
    int[] widths = columns.stream().mapToInt(String::length).toArray();
    for (List<Object> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], text(row.get(c)).length());
      }
    }
    printRow(out, columns, widths);
    rows.forEach(row -> printRow(out, row, widths));
  }

  private static void printRow(PrintWriter out, List<?> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String text = text(row.get(c));
      String gap = " ".repeat(widths[c] - text.length());
      line.append(row.get(c) instanceof Number ? gap + text : text + gap).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, Math.abs(number) < 100 ? "%.3f" : "%.1f", number)
        : value.toString();
  }
}
