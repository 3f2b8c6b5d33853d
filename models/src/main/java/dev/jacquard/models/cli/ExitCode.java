package dev.jacquard.models.cli;

/// What the process tells its caller.
public final class ExitCode {
  /// Everything was done.
  public static final int DONE = 0;

  /// A check failed, or the program itself has a bug.
  public static final int CHECK_FAILED = 1;

  /// The command line is wrong.
  public static final int USAGE = 2;

  /// An input file or folder is missing, broken or of the wrong kind.
  public static final int BAD_INPUT = 3;

  /// The machine lacks something: disk, memory, a device.
  public static final int RESOURCES = 4;

  private ExitCode() {}
}
