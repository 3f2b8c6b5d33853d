package dev.jacquard.models.cli;

import dev.jacquard.models.train.NotFiniteException;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.NativeMemoryException;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.TensorException;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns every failure into one sentence on the error stream and an [ExitCode].
///
/// | failure | exit code |
/// |---|---|
/// | wrong option or argument, `IllegalArgumentException` | 2 |
/// | any `IOException`: missing, broken or foreign file | 3 |
/// | tensors of a shape or type that the command cannot use | 3 |
/// | disk full, out of memory, no such device | 4 |
/// | training that runs into NaN | 1 |
/// | anything else is a bug of ours | 1 |
///
/// The stack trace is shown with `--debug` only.
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private static final List<String> DISK_FULL =
      List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

  private final PrintWriter err;

  ErrorReport(PrintWriter err) {
    this.err = err;
  }

  static boolean wantsTrace(String... args) {
    return Arrays.asList(args).contains("--debug");
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return print(failure, parsed.originalArgs().contains("--debug"));
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    String help = failure.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    String message = failure.getMessage();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      message = "unknown command or option " + String.join(" ", unmatched.getUnmatched());
      message += suggestions.isEmpty() ? "" : "; did you mean " + suggestions.getFirst() + "?";
    }
    err.println("jacquard: " + message + " (see " + help + ")");
    if (wantsTrace(args)) {
      failure.printStackTrace(err);
    }
    return ExitCode.USAGE;
  }

  /// Prints the sentence, and the trace if asked for.
  int print(Throwable failure, boolean trace) {
    Throwable cause =
        failure instanceof UncheckedIOException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    err.println("jacquard: " + sentence(cause));
    if (trace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(cause);
  }

  static int exitCode(Throwable failure) {
    return switch (failure) {
      case IOException e -> isDiskFull(e) ? ExitCode.RESOURCES : ExitCode.BAD_INPUT;
      case OutOfMemoryError _, NativeMemoryException _, DeviceException _ -> ExitCode.RESOURCES;
      case ShapeException _, DTypeException _ -> ExitCode.BAD_INPUT;
      case IllegalArgumentException _ -> ExitCode.USAGE;
      default -> ExitCode.CHECK_FAILED;
    };
  }

  static String sentence(Throwable failure) {
    return switch (failure) {
      case IOException e when isDiskFull(e) -> "disk full; " + e.getMessage();
      case NoSuchFileException e -> "no such file or folder: " + e.getFile();
      case AccessDeniedException e -> "no permission for " + e.getFile();
      case NotDirectoryException e -> "not a folder: " + e.getFile();
      case FileAlreadyExistsException e -> "already there: " + e.getFile();
      case FileSystemException e -> e.getFile() + ": " + e.getReason();
      case EOFException e -> "unexpected end of file; " + e.getMessage();
      case IOException e -> message(e);
      case OutOfMemoryError e ->
          "out of memory: "
              + e.getMessage()
              + "; give the heap more, for example JACQUARD_JAVA_OPTS=-Xmx4g, or ask for less at"
              + " once";
      case IllegalArgumentException e -> message(e);
      case NotFiniteException e -> message(e);
      case TensorException e when exitCode(e) != ExitCode.CHECK_FAILED -> message(e);
      default ->
          "internal error, please report it: " + failure + " (--debug shows where it happened)";
    };
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static boolean isDiskFull(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return DISK_FULL.stream().anyMatch(message::contains);
  }
}
