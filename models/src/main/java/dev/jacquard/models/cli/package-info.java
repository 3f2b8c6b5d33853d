/// The command line. Parsing only: each command calls public API that a program can call too.
///
/// Read in this order: [Main] (the list of commands), [GlobalOptions] (what every command accepts
/// and where it writes), [SystemsCommand] (the smallest command), [ErrorReport] (which failure ends
/// with which exit code).
///
/// A command is one class `...Command` that implements `Callable<Integer>`, carries a `@Mixin
/// GlobalOptions`, returns an [ExitCode] and has one line in [Main]. It throws what went wrong; it
/// catches nothing and prints no errors itself.
package dev.jacquard.models.cli;
