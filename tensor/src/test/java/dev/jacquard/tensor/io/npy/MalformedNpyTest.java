package dev.jacquard.tensor.io.npy;

import dev.jacquard.tensor.io.Refusals;
import dev.jacquard.tensor.io.Refusals.Case;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedNpyTest {
  @TempDir Path folder;

  private static byte[] npy(String header, int dataBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[dataBytes]);
    return out.toByteArray();
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n".formatted(descr, order, shape);
  }

  private static byte[] zip(boolean deflate, String name, byte[] contents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(deflate ? 9 : 0);
      zip.putNextEntry(new ZipEntry(name));
      zip.write(contents);
      zip.closeEntry();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  /// Sets bytes at a distance from the first place where a zip file's signature stands.
  private static byte[] patched(byte[] zip, String signature, int at, int... values) {
    byte[] patched = zip.clone();
    int from = new String(zip, StandardCharsets.ISO_8859_1).indexOf(signature);
    for (int i = 0; i < values.length; i++) {
      patched[from + at + i] = (byte) values[i];
    }
    return patched;
  }

  static Stream<Case> cases() {
    byte[] good = npy(header("<f4", "False", "2"), 8);
    byte[] zip = zip(true, "x.npy", good);
    String entry = "PK\001\002";
    String end = "PK\005\006";
    String over = "4611686018427387904, 4";
    return Stream.of(
        new Case("empty", new byte[0], "first six bytes"),
        new Case("other magic", new byte[100], "first six bytes"),
        new Case("version", patched(good, "NUMPY", 5, 9), "version 9"),
        new Case("truncated header", Arrays.copyOf(good, 30), "left"),
        new Case("truncated data", Arrays.copyOf(good, good.length - 1), "7 bytes of elements"),
        new Case("more data", Arrays.copyOf(good, good.length + 1), "9 bytes of elements"),
        new Case("no dictionary", npy("hello", 8), "lacks"),
        new Case("twice", npy("'descr': '<f4'" + header("<f4", "False", "2"), 8), "twice"),
        new Case("order", npy(header("<f4", "Maybe", "2"), 8), "lacks"),
        new Case("negative", npy(header("<f4", "False", "-2"), 8), "lacks"),
        new Case("overflow", npy(header("<f4", "False", over), 8), "too large"),
        new Case("hidden overflow", npy(header("<f4", "False", "0, " + over), 0), "too large"),
        new Case("no number", npy(header("<f4", "False", "2 2"), 8), "bad shape"),
        new Case("long number", npy(header("<f4", "False", "9".repeat(30)), 8), "bad shape"),
        new Case("33 axes", npy(header("<f4", "False", "1,".repeat(33)), 4), "32 axes"),
        new Case("structure", npy(header("V8", "False", "2"), 16), "type 'V8'"),
        new Case("no type", npy(header("", "False", "2"), 16), "type ''"),
        new Case("zip: no directory", Arrays.copyOf(zip, zip.length - 30), "directory is missing"),
        new Case("zip: folder up", zip(true, "../x.npy", good), "suspicious name"),
        new Case("zip: absolute", zip(true, "/x.npy", good), "suspicious name"),
        new Case("zip: backslash", zip(true, "a\\x.npy", good), "suspicious name"),
        new Case("zip: no array", zip(true, "x.txt", good), "names that end in .npy"),
        new Case("zip: encrypted", patched(zip, entry, 8, 1), "encrypted"),
        new Case("zip: method", patched(zip, entry, 10, 12), "method 12"),
        new Case("zip: bomb", patched(zip, entry, 24, 0xff, 0xff, 0xff, 0x6f), "cannot unpack"),
        new Case("zip: longer", patched(zip, entry, 24, 0x90, 1), "ends after"),
        new Case("zip: place", patched(zip, entry, 42, 0xff, 0xff, 0xff, 0x7f), "outside"),
        new Case("zip: local header", patched(zip, entry, 42, 1), "header before"),
        new Case("zip: count", patched(zip, end, 10, 0xff, 0xff), "number of files"),
        new Case("zip: directory", patched(zip, end, 16, 0xff, 0xff, 0xff, 0x7f), "outside"),
        new Case("zip: stored sizes", patched(zip, entry, 10, 0), "two sizes"),
        new Case("zip: real bomb", zip(true, "x.npy", new byte[90 << 20]), "would unpack"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWithFileAndOffset(Case broken) throws IOException {
    Refusals.check(new NpyFormat(), folder, broken);
  }
}
