package dev.jacquard.models.cli;

import dev.jacquard.models.registry.ModelFolders;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.shape.DeviceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that every command accepts, and the two streams it writes to: results to [#out()],
/// progress and messages to [#err()]. A command takes it in with `@Mixin`.
final class GlobalOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--json", description = "Print one JSON object a line instead of a table.")
  private boolean json;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of everything random (default: 0).")
  private long seed;

  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, reference or cuda (default: cpu).")
  private String backend = "cpu";

  @Option(names = "--quiet", description = "Show no progress.")
  private boolean quiet;

  @Option(names = "--debug", description = "Show the stack trace of a failure.")
  boolean debug; // read by ErrorReport from the arguments, since parsing may fail

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help; // read by picocli

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Computing threads (default: number of cores).")
  void setThreads(int wanted) {
    if (wanted < 1) {
      throw usage("--threads must be at least 1; got " + wanted);
    }
    threads = wanted;
  }

  boolean isJson() {
    return json;
  }

  long seed() {
    return seed;
  }

  int threads() {
    return threads;
  }

  /// Starts the backend that was asked for, with the threads that were asked for.
  ///
  /// @return a new backend; the caller closes it
  /// @throws DeviceException if there is none of that name, or it cannot run here
  Backend openBackend() {
    return Backends.byName(backend, threads);
  }

  /// Where Jacquard is installed or cloned; the launcher says.
  Path home() {
    return Path.of(System.getProperty("jacquard.home", ""));
  }

  /// The model folder that a user means.
  ///
  /// @param model path of a model folder, or name of a bundled model
  Path modelFolder(String model) throws IOException {
    return ModelFolders.find(model, home());
  }

  boolean isQuiet() {
    return quiet;
  }

  /// Where results go.
  PrintWriter out() {
    return spec().commandLine().getOut();
  }

  /// Where progress and messages go.
  PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /// Prints a table, or with `--json` one object a line.
  void print(Table table) {
    table.print(out(), json);
    out().flush();
  }

  /// Starts to show how far a task has come; close it when the task ends.
  ///
  /// @param task a word or two
  /// @param total number of steps, or 0 if unknown
  Progress progress(String task, long total) {
    return quiet ? Progress.silent() : Progress.start(task, total, err());
  }

  /// The exception for a command line that parses but makes no sense.
  ///
  /// @param message what is wrong; the value seen; what would be right
  ParameterException usage(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private CommandSpec spec() {
    if (command == null) {
      throw new IllegalStateException("globalOptions: used outside a command");
    }
    return command;
  }
}
