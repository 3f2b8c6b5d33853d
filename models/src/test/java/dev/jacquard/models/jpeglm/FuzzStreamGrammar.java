package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.tokenizer.ByteTokenizer;
import java.util.List;

/// Fuzz target: any bytes as a stream. The grammar takes them if and only if they are a complete
/// file, and at each byte what it says can follow is what does. The first byte of the input chooses
/// the format; the header, if the format has one, is put in front of the others.
public final class FuzzStreamGrammar {
  private static final int LARGEST = 64; // pixels across, so that many inputs are tried in a second
  private static final List<Language> LANGUAGES =
      JpegStreamTest.formats()
          .filter(format -> format.width() <= LARGEST)
          .map(format -> new Language(new JpegStream(format)))
          .toList();

  private FuzzStreamGrammar() {}

  /// Tries one input.
  ///
  /// @param input any bytes
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      LANGUAGES.get((input[0] & 0xFF) % LANGUAGES.size()).check(input);
    }
  }

  /// What can be said about the streams of a format.
  private static final class Language {
    private final byte[] header;
    private final JpegValidity validity;
    private final JpegTokenizer tokenizer;
    private final StreamGrammar grammar;

    Language(JpegStream streams) {
      header = streams.header();
      validity = new JpegValidity(streams);
      tokenizer = new JpegTokenizer(streams, new ByteTokenizer());
      grammar = new StreamGrammar(streams, tokenizer.bytes());
    }

    void check(byte[] input) {
      byte[] stream = new byte[header.length + input.length - 1];
      System.arraycopy(header, 0, stream, 0, header.length);
      System.arraycopy(input, 1, stream, header.length, input.length - 1);
      StreamGrammar.Cursor cursor = grammar.start();
      int[] document = tokenizer.document(stream);
      for (int n = 0; n < document.length && !cursor.isBroken(); n++) {
        boolean allowed = (grammar.allowed(cursor)[document[n] / 64] >>> document[n] & 1) == 1;
        assertThat(cursor.accept(document[n]))
            .as("token %d of %d", n, document.length)
            .isEqualTo(allowed);
      }
      assertThat(!cursor.isBroken()).as("complete").isEqualTo(validity.isComplete(stream));
    }
  }
}
