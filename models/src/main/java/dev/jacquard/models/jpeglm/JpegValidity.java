package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegException;
import java.util.Arrays;
import java.util.Optional;

/// Whether a stream is a complete file of its format: the right header, a restart marker after
/// every MCU but the last, numbered 0 to 7 in turn, every MCU decodes with nothing left over, EOI
/// at the end.
///
/// This is the share of samples "that decode without repair" in model cards.
public final class JpegValidity {
  private final JpegStream streams;
  private final JpegDecoder strict = new JpegDecoder(DecoderOptions.defaults().withStrict(true));

  /// Makes the check for a format.
  ///
  /// @param streams of the format
  public JpegValidity(JpegStream streams) {
    this.streams = streams;
  }

  /// Whether a stream is complete.
  ///
  /// @param stream what a model wrote, without repair
  /// @return true if nothing is wrong with it
  public boolean isComplete(byte[] stream) {
    return problem(stream).isEmpty();
  }

  /// The first thing wrong with a stream.
  ///
  /// @param stream what a model wrote, without repair
  /// @return what is wrong, or nothing if it is complete
  public Optional<String> problem(byte[] stream) {
    if (!hasHeader(stream)) {
      return Optional.of("the header is not that of the format");
    }
    return markerProblem(stream, streams.header().length).or(() -> decodingProblem(stream));
  }

  /// Whether a stream starts with the header of the format; true if the format leaves it out.
  boolean hasHeader(byte[] stream) {
    byte[] header = streams.header();
    int n = header.length;
    return stream.length >= n && Arrays.equals(stream, 0, n, header, 0, n);
  }

  private Optional<String> markerProblem(byte[] stream, int from) {
    int restarts = 0;
    int i = from;
    while (i + 1 < stream.length) {
      int code = (stream[i] & 0xFF) == 0xFF ? stream[i + 1] & 0xFF : 0;
      if (code >= 0xD0 && code <= 0xD7) {
        if (code != 0xD0 + restarts % 8) {
          return Optional.of("restart marker %d has number %d".formatted(restarts, code - 0xD0));
        }
        restarts++;
      } else if (code == 0xD9) {
        int need = streams.format().mcuCount() - 1;
        if (restarts != need) {
          return Optional.of("%d restart markers; need %d".formatted(restarts, need));
        }
        int left = stream.length - i - 2;
        return left == 0 ? Optional.empty() : Optional.of(left + " bytes after EOI");
      } else if (code != 0) {
        return Optional.of("marker %02x in entropy-coded data".formatted(code));
      }
      i += code == 0 && (stream[i] & 0xFF) != 0xFF ? 1 : 2;
    }
    return Optional.of("no EOI");
  }

  private Optional<String> decodingProblem(byte[] stream) {
    try {
      strict.decode(streams.toFile(stream));
      return Optional.empty();
    } catch (JpegException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
