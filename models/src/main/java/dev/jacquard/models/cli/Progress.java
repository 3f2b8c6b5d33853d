package dev.jacquard.models.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how far a task has come: a bar on a terminal, otherwise a plain line every ten seconds, so
/// that a log file stays readable and nobody waits in silence.
///
/// Not thread-safe: one thread steps it.
public final class Progress implements AutoCloseable {

  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final String task;
  private final long total;
  private final @Nullable ProgressBar bar;
  private final @Nullable PrintWriter lines;
  private final LongSupplier clockNanos;
  private final long startNanos;
  private long lastLineNanos;
  private long done;
  private String note = "";

  private Progress(
      String task,
      long total,
      @Nullable ProgressBar bar,
      @Nullable PrintWriter lines,
      LongSupplier clockNanos) {
    this.task = task;
    this.total = total;
    this.bar = bar;
    this.lines = lines;
    this.clockNanos = clockNanos;
    this.startNanos = clockNanos.getAsLong();
    this.lastLineNanos = startNanos;
  }

  /// A bar if the error stream is a terminal, otherwise lines.
  ///
  /// @param task a word or two
  /// @param total number of steps, or 0 if unknown
  /// @param err where the lines go
  /// @return a running progress; the caller closes it
  public static Progress start(String task, long total, PrintWriter err) {
    return isTerminal() ? bar(task, total) : lines(task, total, err, System::nanoTime);
  }

  /// Shows nothing.
  ///
  /// @return a progress that prints nothing
  public static Progress silent() {
    return new Progress("", 0, null, null, System::nanoTime);
  }

  static Progress lines(String task, long total, PrintWriter err, LongSupplier clockNanos) {
    return new Progress(task, total, null, err, clockNanos);
  }

  private static Progress bar(String task, long total) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total == 0 ? -1 : total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(250)
            .build();
    return new Progress(task, total, bar, null, System::nanoTime);
  }

  /// The launcher looks, since Java can only ask about standard input and output together.
  private static boolean isTerminal() {
    return "terminal".equals(System.getProperty("jacquard.stderr"));
  }

  /// Counts steps.
  ///
  /// @param steps how many were done since the last call
  public void step(long steps) {
    stepTo(done + steps);
  }

  /// Sets the number of steps done.
  ///
  /// @param steps how many were done since the start
  public void stepTo(long steps) {
    done = steps;
    if (bar != null) {
      bar.stepTo(steps);
    }
    long now = clockNanos.getAsLong();
    if (lines != null && now - lastLineNanos >= LINE_EVERY_NANOS) {
      lastLineNanos = now;
      lines.println(line(now));
      lines.flush();
    }
  }

  /// Sets what is shown behind the numbers, for example the loss.
  ///
  /// @param text a few words
  public void note(String text) {
    note = text;
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  /// Ends the display.
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private String line(long nowNanos) {
    long seconds = Duration.ofNanos(nowNanos - startNanos).toSeconds();
    String share =
        total == 0
            ? ""
            : String.format(Locale.ROOT, " of %d (%d %%)", total, Math.round(100.0 * done / total));
    String tail = note.isEmpty() ? "" : ", " + note;
    return task + ": " + done + share + ", " + seconds + " s" + tail;
  }
}
