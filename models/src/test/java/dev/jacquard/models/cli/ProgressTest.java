package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void printsALineEveryTenSeconds() {
    try (Progress progress = Progress.lines("train", 200, new PrintWriter(err), nanos::get)) {
      progress.note("loss 1.5");
      for (int second = 1; second <= 25; second++) {
        nanos.set(TimeUnit.SECONDS.toNanos(second));
        progress.step(2);
      }
    }
    assertThat(err)
        .hasToString(
            """
            train: 20 of 200 (10 %), 10 s, loss 1.5
            train: 40 of 200 (20 %), 20 s, loss 1.5
            """);
  }

  @Test
  void leavesTheShareOutWhereTheTotalIsUnknown() {
    try (Progress progress = Progress.lines("read", 0, new PrintWriter(err), nanos::get)) {
      nanos.set(TimeUnit.SECONDS.toNanos(12));
      progress.stepTo(3);
    }
    assertThat(err).hasToString("read: 3, 12 s\n");
  }

  @Test
  void shortTaskPrintsNothing() {
    try (Progress progress = Progress.lines("read", 3, new PrintWriter(err), nanos::get)) {
      progress.stepTo(3);
    }
    assertThat(err).hasToString("");
  }
}
