package dev.jacquard.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private final Settings settings =
      new Settings(Map.of("dim", "16", "rate", "1e-3", "flip", "true", "kind", "bpe"));

  @Test
  void givesValuesAndFallbacks() {
    assertThat(settings.intValue("dim", 1)).isEqualTo(16);
    assertThat(settings.longValue("steps", 9)).isEqualTo(9);
    assertThat(settings.doubleValue("rate", 1)).isEqualTo(1e-3);
    assertThat(settings.flag("flip", false)).isTrue();
    assertThat(settings.flag("grey", true)).isTrue();
    assertThat(settings.text("kind", "bytes")).isEqualTo("bpe");
    assertThat(settings.has("kind")).isTrue();
    assertThat(settings.has("grey")).isFalse();
    settings.requireAllTaken();
  }

  @Test
  void whatNobodyTookIsNamedWithWhatThereIs() {
    settings.intValue("dim", 1);
    settings.doubleValue("rate", 1);
    assertThatThrownBy(settings::requireAllTaken)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting: unknown; flip, kind; have dim, rate");
  }

  @Test
  void valuesOfAnotherKindAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.intValue("kind", 1))
        .withMessageContaining("kind=bpe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.intValue("rate", 1))
        .withMessageContaining("rate=1e-3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.doubleValue("flip", 1))
        .withMessageContaining("flip=true");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.flag("dim", true))
        .withMessageContaining("dim=16");
  }

  @Test
  void wholeNumbersThatDoNotFitAreRefused() {
    Settings large = new Settings(Map.of("dim", "4294967312")); // 2^32 + 16
    assertThatIllegalArgumentException()
        .isThrownBy(() -> large.intValue("dim", 1))
        .withMessageContainingAll("dim=4294967312", "out of range");
    assertThat(large.longValue("dim", 1)).isEqualTo(4294967312L);
  }
}
