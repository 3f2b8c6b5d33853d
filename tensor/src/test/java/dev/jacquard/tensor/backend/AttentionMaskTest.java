package dev.jacquard.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.shape.ShapeException;
import org.junit.jupiter.api.Test;

/// What masks say of each query, and which are refused.
class AttentionMaskTest {
  @Test
  void blocksSeeThemselvesAndWhatTheirKindAllows() {
    AttentionMask causal = AttentionMask.blockCausal(1, 2, 3);
    AttentionMask diagonal = AttentionMask.blockDiagonal(1, 2, 3);
    int[] ends = {1, 3, 3, 6, 6, 6};
    int[] starts = {0, 1, 1, 3, 3, 3};
    for (int t = 0; t < 6; t++) {
      assertThat(causal.from(t)).isZero();
      assertThat(causal.to(t)).isEqualTo(ends[t]);
      assertThat(diagonal.from(t)).isEqualTo(starts[t]);
      assertThat(diagonal.to(t)).isEqualTo(ends[t]);
    }
  }

  @Test
  void laterChangesOfTheCallersArraysDoNotReachTheMask() {
    int[] to = {1, 2};
    AttentionMask mask = AttentionMask.ranges(2, new int[2], to);
    to[0] = 2;
    assertThat(mask.to(0)).isEqualTo(1);
  }

  @Test
  void rangesThatLeaveTheKeysAreRefused() {
    assertThatThrownBy(() -> AttentionMask.ranges(4, new int[] {0}, new int[] {5}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("query 0 sees [0, 5) of 4");
    assertThatThrownBy(() -> AttentionMask.ranges(4, new int[] {0, 1}, new int[] {4}))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("2 starts, 1 ends");
    assertThatThrownBy(() -> AttentionMask.prefix(4, 4, 5))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("5 of 4");
  }
}
