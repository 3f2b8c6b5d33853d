package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table =
      new Table("name", "count", "share", "good")
          .row("a", 7, 0.25, true)
          .row("longer \"b\"", 1234L, 1.0, false);

  @Test
  void textIsAlignedWithNumbersToTheRight() {
    assertThat(print(table, false))
        .isEqualTo(
            """
            name        count  share  good
            a               7  0.250  true
            longer "b"   1234  1.000  false
            """);
  }

  @Test
  void jsonIsOneObjectALine() {
    assertThat(print(table, true))
        .isEqualTo(
            """
            {"name":"a","count":7,"share":0.25,"good":true}
            {"name":"longer \\"b\\"","count":1234,"share":1.0,"good":false}
            """);
  }

  @Test
  void jsonHasNullForWhatIsNoNumber() {
    assertThat(print(new Table("x").row(Double.NaN), true)).isEqualTo("{\"x\":null}\n");
  }

  @Test
  void rejectsRowOfOtherLength() {
    assertThatThrownBy(() -> table.row("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row of 1 values; 4 columns");
  }

  private static String print(Table table, boolean json) {
    StringWriter out = new StringWriter();
    table.print(new PrintWriter(out), json);
    return out.toString();
  }
}
