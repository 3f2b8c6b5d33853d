package dev.jacquard.tensor.io;

import static dev.jacquard.tensor.io.SafetensorsFiles.entry;
import static dev.jacquard.tensor.io.SafetensorsFiles.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedSafetensorsTest {
  @TempDir Path folder;

  /// @param name what is wrong
  /// @param bytes the file
  /// @param offset where the reader must say that it is wrong; -1 if the place may vary
  /// @param words part of the message
  record Case(String name, byte[] bytes, long offset, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    String good = "{" + entry("x", "F32", "[2]", 0, 8) + "}";
    byte[] goodFile = file(good, 8);
    int dataFrom = 8 + good.length();
    String huge = "[4611686018427387904,4]";
    String tooBig = "[9223372036854775808]";
    return Stream.of(
        new Case("empty file", new byte[0], 0, "too short; 0 bytes"),
        new Case("seven bytes", new byte[7], 0, "too short; 7 bytes"),
        new Case("length 0", file(0, "", 0), 0, "header has 0 bytes"),
        new Case("length beyond the file", file(100, good, 8), 0, "header has 100 bytes"),
        new Case("length 2^63", file(Long.MIN_VALUE, good, 8), 0, "9223372036854775808"),
        new Case("length -1", file(-1, good, 8), 0, "18446744073709551615"),
        new Case("truncated header", Arrays.copyOf(goodFile, 20), 0, "truncated"),
        new Case("truncated data", Arrays.copyOf(goodFile, dataFrom + 7), -1, "outside the data"),
        new Case("longer data", file(good, 9), dataFrom + 8, "1 more bytes"),
        new Case("no JSON", file("garbage!", 0), -1, "no valid JSON"),
        new Case("not UTF-8", file("{\"\u0000\":{}}", 0), -1, "no valid JSON"),
        new Case("an array", file("[1,2]", 0), 8, "need an object"),
        new Case("a number", file("12345", 0), 8, "need an object"),
        new Case("unfinished", file("{\"x\":{", 0), -1, ""),
        new Case("two objects", file("{}{}", 0), 10, "goes on"),
        new Case("text after the object", file("{} x", 0), -1, "no valid JSON"),
        new Case("deep nesting", file("{\"x\":".repeat(2000), 0), -1, ""),
        new Case(
            "same name twice",
            file(
                "{" + entry("x", "U8", "[1]", 0, 1) + "," + entry("x", "U8", "[1]", 1, 2) + "}", 2),
            -1,
            "Duplicate"),
        new Case(
            "same field twice",
            file("{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[]}}", 1),
            -1,
            "Duplicate"),
        new Case("tensor is a text", file("{\"x\":\"y\"}", 0), 13, "need an object"),
        new Case("no dtype", file("{\"x\":{\"shape\":[],\"data_offsets\":[0,1]}}", 1), -1, "lacks"),
        new Case("no shape", file("{\"x\":{\"dtype\":\"U8\"}}", 0), -1, "lacks"),
        new Case("no offsets", file("{\"x\":{\"dtype\":\"U8\",\"shape\":[]}}", 1), -1, "lacks"),
        new Case("unknown field", file("{\"x\":{\"type\":\"U8\"}}", 0), -1, "unknown field"),
        new Case("unknown dtype", file(good.replace("F32", "F99"), 8), -1, "\"F99\""),
        new Case("dtype in lower case", file(good.replace("F32", "f32"), 8), -1, "\"f32\""),
        new Case("dtype is a number", file(good.replace("\"F32\"", "32"), 8), -1, "for dtype"),
        new Case("negative size", file(good.replace("[2]", "[-2]"), 8), -1, "element 0 is -2"),
        new Case("fractional size", file(good.replace("[2]", "[2.0]"), 8), -1, "whole numbers"),
        new Case("shape is a number", file(good.replace("[2]", "2"), 8), -1, "an array"),
        new Case("shape in shape", file(good.replace("[2]", "[[2]]"), 8), -1, ""),
        new Case("size over 2^63", file(good.replace("[2]", tooBig), 8), -1, "no valid JSON"),
        new Case(
            "long number", file(good.replace("[2", "[" + "2".repeat(999)), 8), -1, "no valid JSON"),
        new Case("product over 2^63", file(good.replace("[2]", huge), 8), -1, "too large"),
        new Case(
            "overflow hidden by a zero",
            file("{" + entry("x", "F32", "[0,4611686018427387904,4]", 0, 0) + "}", 0),
            -1,
            "too large"),
        new Case("33 axes", file(good.replace("[2]", "[" + "1,".repeat(32) + "1]"), 8), -1, "bad"),
        new Case("size does not fit", file(good.replace("[2]", "[3]"), 8), -1, "need 12"),
        new Case("negative offset", file(good.replace("[0,8]", "[-8,0]"), 8), -1, "is -8"),
        new Case("offsets exchanged", file(good.replace("[0,8]", "[8,0]"), 8), -1, "outside"),
        new Case("one offset", file(good.replace("[0,8]", "[8]"), 8), -1, "lacks"),
        new Case("three offsets", file(good.replace("[0,8]", "[0,4,8]"), 8), -1, "at most 2"),
        new Case("gap at the start", file(good.replace("[0,8]", "[4,12]"), 12), -1, "a gap"),
        new Case(
            "gap between",
            file(
                "{" + entry("x", "U8", "[1]", 0, 1) + "," + entry("y", "U8", "[1]", 2, 3) + "}", 3),
            -1,
            "tensor \"y\" follows a gap"),
        new Case(
            "overlap",
            file(
                "{" + entry("x", "U8", "[2]", 0, 2) + "," + entry("y", "U8", "[2]", 1, 3) + "}", 3),
            -1,
            "tensor \"y\" overlaps"),
        new Case("metadata is a text", file("{\"__metadata__\":\"a\"}", 0), -1, "an object"),
        new Case("metadata number", file("{\"__metadata__\":{\"a\":1}}", 0), -1, "metadata \"a\""),
        new Case("deep metadata", file("{\"__metadata__\":{\"a\":{}}}", 0), -1, "metadata \"a\""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWithFileAndOffset(Case broken) throws IOException {
    Path file = Files.write(folder.resolve("broken.safetensors"), broken.bytes());
    CheckpointException refusal =
        catchThrowableOfType(CheckpointException.class, () -> SafetensorsReader.open(file).close());
    assertThat(refusal).as(broken.name()).isNotNull();
    assertThat(refusal)
        .hasMessageStartingWith("checkpoint: ")
        .hasMessageContaining(broken.words())
        .hasMessageEndingWith("%s at byte %d".formatted(file, refusal.offsetBytes()));
    assertThat(refusal.file()).isEqualTo(file.toString());
    assertThat(refusal.offsetBytes()).isBetween(0L, Math.max(8L, broken.bytes().length));
    if (broken.offset() >= 0) {
      assertThat(refusal.offsetBytes()).isEqualTo(broken.offset());
    }
  }
}
