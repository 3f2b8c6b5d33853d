package dev.jacquard.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums are those of SHA-256 over all bytes of a file.
class ChecksumsTest {
  @TempDir private Path folder;

  /// FIPS 180-2, appendix B.1 and B.3.
  @Test
  void publishedExamples() throws IOException {
    assertThat(sum("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(sum("a".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void filesLongerThanABufferAreReadToTheEnd() throws Exception {
    byte[] bytes = new byte[(3 << 20) + 17];
    new Random(1).nextBytes(bytes);
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
    assertThat(sum(bytes)).isEqualTo(HexFormat.of().formatHex(expected));
    bytes[bytes.length - 1] ^= 1;
    assertThat(sum(bytes)).isNotEqualTo(HexFormat.of().formatHex(expected));
  }

  private String sum(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    return Checksums.of(file).get("file");
  }
}
