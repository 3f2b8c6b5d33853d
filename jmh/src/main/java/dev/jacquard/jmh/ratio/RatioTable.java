package dev.jacquard.jmh.ratio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;

/// A table in Markdown of how many times as fast benchmarks are as their peers, as they were
/// before, or as a baseline.
///
/// ```sh
/// java -cp jmh/target/benchmarks.jar dev.jacquard.jmh.ratio.RatioTable run.json [peers.json]
/// java -cp jmh/target/benchmarks.jar dev.jacquard.jmh.ratio.RatioTable --before old.json new.json
/// java -cp jmh/target/benchmarks.jar dev.jacquard.jmh.ratio.RatioTable \
///     --base ElementwiseBenchmark.copy run.json
/// ```
public final class RatioTable {
  private static final String USAGE =
      "usage: RatioTable FILE... | --before OLD NEW... | --base CLASS.METHOD FILE...";

  private RatioTable() {}

  /// A row of the table.
  ///
  /// @param of what is judged
  /// @param over what it is held against
  record Ratio(Result of, Result over) {
    String row() {
      return String.format(
          Locale.ROOT,
          "| `%s` | %s | %s | %s | %s | %s | **%.2f** |",
          of.name(),
          of.settings(),
          score(of),
          ("`" + over.name() + "` " + over.settings(of.params().keySet())).strip(),
          score(over),
          of.unit(),
          of.speedOver(over));
    }

    private static String score(Result result) {
      String format = result.median() < 100 ? "%.2f ± %.0f %%" : "%.0f ± %.0f %%";
      return String.format(Locale.ROOT, format, result.median(), 100 * result.spread());
    }
  }

  /// Prints a table.
  ///
  /// @param args files, after an option as the class comment shows
  public static void main(String[] args) {
    boolean option = args.length > 0 && args[0].startsWith("--");
    if (args.length < (option ? 3 : 1)) {
      System.err.println(USAGE);
      System.exit(2);
    }
    try {
      System.out.print(markdown(ratios(args)));
    } catch (IllegalArgumentException | JacksonException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static List<Ratio> ratios(String[] args) {
    return switch (args[0]) {
      case "--before" -> changes(ResultReader.read(Path.of(args[1])), read(args, 2));
      case "--base" -> fractions(args[1], read(args, 2));
      default -> peers(read(args, 0));
    };
  }

  private static List<Result> read(String[] files, int first) {
    List<Result> results = new ArrayList<>();
    for (int i = first; i < files.length; i++) {
      results.addAll(ResultReader.read(Path.of(files[i])));
    }
    return results;
  }

  /// Each benchmark against each of its peers.
  static List<Ratio> peers(List<Result> results) {
    return pairs(results, results, Result::hasPeer);
  }

  /// Each benchmark against itself before.
  static List<Ratio> changes(List<Result> before, List<Result> after) {
    return pairs(
        after, before, (a, b) -> a.name().equals(b.name()) && a.params().equals(b.params()));
  }

  /// Each benchmark of the same unit against one that shows what can be had.
  static List<Ratio> fractions(String base, List<Result> results) {
    return pairs(
        results,
        results.stream().filter(each -> each.name().equals(base)).toList(),
        (a, b) -> !a.name().equals(base) && a.unit().equals(b.unit()) && a.agreesWith(b));
  }

  private interface Match {
    boolean test(Result a, Result b);
  }

  private static List<Ratio> pairs(List<Result> of, List<Result> over, Match match) {
    List<Ratio> ratios = new ArrayList<>();
    for (Result a : of) {
      for (Result b : over) {
        if (match.test(a, b)) {
          ratios.add(new Ratio(a, b));
        }
      }
    }
    return ratios;
  }

  /// The table: medians, with half the distance between the quartiles.
  static String markdown(List<Ratio> ratios) {
    StringBuilder table = new StringBuilder();
    table.append("| benchmark | parameters | median | against | median | unit | times as fast |\n");
    table.append("|---|---|---|---|---|---|---|\n");
    ratios.forEach(ratio -> table.append(ratio.row()).append('\n'));
    return table.toString();
  }
}
