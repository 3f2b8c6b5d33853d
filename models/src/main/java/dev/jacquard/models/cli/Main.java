package dev.jacquard.models.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/// `jacquard`: the list of commands and the way from arguments to an exit code.
@Command(
    name = "jacquard",
    description = "Draws images one token at a time.",
    mixinStandardHelpOptions = true,
    version = "jacquard 0.1.0",
    synopsisSubcommandLabel = "COMMAND")
public final class Main {

  private Main() {}

  /// Every command, in the order of the help text.
  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("generate", GenerateCommand::new);
    commands.put("complete", CompleteCommand::new);
    commands.put("edit", EditCommand::new);
    commands.put("tokenize", TokenizeCommand::new);
    commands.put("reconstruct", ReconstructCommand::new);
    commands.put("eval", EvalCommand::new);
    commands.put("train", TrainCommand::new);
    commands.put("systems", SystemsCommand::new);
    commands.put("pack", PackCommand::new);
    commands.put("golden", GoldenCommand::new);
    commands.put("model", ModelCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("jpeg", JpegCommand::new);
    return commands;
  }

  /// Runs one command and ends the process with its exit code.
  ///
  /// @param args the command line
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /// Runs one command.
  ///
  /// @param out where results go
  /// @param err where progress and messages go
  /// @param args the command line
  /// @return an [ExitCode]
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    ErrorReport report = new ErrorReport(err);
    CommandLine jacquard =
        withCommands(new CommandLine(new Main()), args)
            .setOut(out)
            .setErr(err)
            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(report)
            .setExecutionExceptionHandler(report);
    try {
      return jacquard.execute(args);
    } catch (OutOfMemoryError | StackOverflowError e) { // not an Exception: passes picocli by
      return report.print(e, ErrorReport.wantsTrace(args));
    }
  }

  /// Examining a command class takes picocli some milliseconds, so only the one that is asked for
  /// is added; help and misspelt names need them all.
  private static CommandLine withCommands(CommandLine jacquard, String... args) {
    Map<String, Supplier<Object>> commands = commands();
    boolean named = args.length > 0 && commands.containsKey(args[0]);
    Set<String> wanted = named ? Set.of(args[0]) : commands.keySet();
    wanted.forEach(name -> jacquard.addSubcommand(name, requireNonNull(commands.get(name)).get()));
    return jacquard;
  }
}
