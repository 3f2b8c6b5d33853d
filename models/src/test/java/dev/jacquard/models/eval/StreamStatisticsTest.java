package dev.jacquard.models.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamStatisticsTest {

  @Test
  void measuresEntropyOfKnownFrequencies() throws IOException {
    // 1/2, 1/4, 1/8, 1/8: 1.75 bits
    StreamStatistics s =
        StreamStatistics.of(List.of(new byte[] {0, 0, 0, 0}, new byte[] {1, 1, -1, 9}));
    assertThat(s.entropy()).isCloseTo(1.75, within(1e-12));
    assertThat(s.bytes()).isEqualTo(8);
    assertThat(s.streams()).isEqualTo(2);
  }

  @Test
  void repetitionCompressesAndNoiseDoesNot() throws IOException {
    byte[] noise = new byte[1000];
    new Random(1).nextBytes(noise);
    StreamStatistics once = StreamStatistics.of(List.of(noise));
    StreamStatistics often = StreamStatistics.of(List.of(noise, noise, noise, noise, noise, noise));
    assertThat(once.gzipBitsPerByte()).isBetween(8.0, 8.4);
    assertThat(often.gzipBitsPerByte()).isBetween(1.0, 2.0);
    if (often.xzBitsPerByte().isPresent()) {
      assertThat(once.xzBitsPerByte().getAsDouble()).isBetween(8.0, 9.0);
      assertThat(often.xzBitsPerByte().getAsDouble()).isBetween(1.0, 2.0);
    } else {
      assertThat(often.xzBytes()).isEqualTo(-1);
    }
  }

  @Test
  void needsBytes() {
    assertThatThrownBy(() -> StreamStatistics.of(List.of(new byte[0])))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
