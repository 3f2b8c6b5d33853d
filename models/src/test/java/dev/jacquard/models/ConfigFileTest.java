package dev.jacquard.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir private Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("text", "ä \"quoted\" \n");
    fields.put("whole", 7L);
    fields.put("real", 1e-5);
    fields.put("yes", true);
    fields.put("list", List.of(1L, "two", List.of()));
    fields.put("object", Map.of("inner", 2L));
    Path file = folder.resolve("config.json");
    ConfigFile.write(file, fields);
    ConfigFile read = ConfigFile.read(file);
    assertThat(read.fields()).isEqualTo(fields);
    assertThat(read.fields().sequencedKeySet()).containsExactlyElementsOf(fields.keySet());
    assertThat(read.text("text")).isEqualTo("ä \"quoted\" \n");
    assertThat(read.intValue("whole")).isEqualTo(7);
    assertThat(read.doubleValue("whole")).isEqualTo(7);
    assertThat(read.doubleValue("real")).isEqualTo(1e-5);
    assertThat(read.flag("yes", false)).isTrue();
    assertThat(read.flag("no", true)).isTrue();
    assertThat(read.object("object").intValue("inner")).isEqualTo(2);
  }

  @Test
  void nullCountsAsMissing() throws IOException {
    ConfigFile file = ConfigFile.read(file("{\"a\": null, \"b\": [null]}"));
    assertThat(file.has("a")).isFalse();
    assertThatThrownBy(() -> file.intValue("a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("\"a\" is missing; need a whole number");
  }

  @Test
  void fieldsOfAnotherKindAreNamedWithTheFile() throws IOException {
    ConfigFile file = ConfigFile.read(file("{\"a\": \"x\", \"b\": 4294967296, \"c\": 1.5}"));
    assertThatThrownBy(() -> file.intValue("a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("\"a\" is x", "whole number", "config.json");
    assertThatThrownBy(() -> file.intValue("b")).hasMessageContaining("too large: 4294967296");
    assertThatThrownBy(() -> file.intValue("c")).hasMessageContaining("\"c\" is 1.5");
    assertThatThrownBy(() -> file.object("c")).hasMessageContaining("need an object");
    assertThatThrownBy(() -> file.flag("c", true)).hasMessageContaining("true or false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1]",
        "x",
        "{\"a\": 1",
        "{\"a\": [1, 2",
        "{\"a\": 1} {}",
        "{\"a\": 1}]",
        "{\"a\": 123456789012345678901234567890}",
        "{\"a\": \"\u0001\"}",
        "{a: 1}",
      })
  void malformedFilesAreBadInput(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void deepNestingIsBadInput() throws IOException {
    Path file = file("{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}");
    assertThatThrownBy(() -> ConfigFile.read(file)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void missingAndHugeFilesAreBadInput() throws IOException {
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.json")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("no such file", "none.json");
    Path huge = file(" ".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> ConfigFile.read(huge)).hasMessageContaining("too large");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.json"), text);
  }
}
