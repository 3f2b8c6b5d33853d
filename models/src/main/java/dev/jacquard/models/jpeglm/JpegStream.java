package dev.jacquard.models.jpeglm;

import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.StreamForm;
import dev.jacquard.models.data.Picture;
import java.util.Arrays;
import java.util.Optional;

/// Canonical streams: pictures to the byte strings that a JPEG-LM reads and writes, and back to
/// files.
///
/// A stream is a JPEG file without what all files of the format share. With
/// [StreamFormat#headerInStream()] the tables are left out (DQT and DHT; 570 bytes) and the string
/// runs from SOI to EOI, exactly as in the paper; a file is the string with the tables put in after
/// SOI. Without, the header is left out too, the string is the entropy-coded data and EOI, and a
/// file with the typical tables equals that of `cjpeg -restart 1B`.
///
/// Han et al. 2024 (arXiv:2408.08459), section 3.1, and the script released with it. Differs: the
/// form without header is ours; for small pictures 59 constant bytes would be a quarter of the
/// string.
///
/// Immutable and safe for use by several threads.
public final class JpegStream {
  private static final int SOI_BYTES = 2;
  private static final byte FF = (byte) 0xFF;
  private static final byte SOI = (byte) 0xD8;
  private static final byte EOI = (byte) 0xD9;
  private static final int SOS = 0xDA;

  private final StreamFormat format;
  private final JpegEncoder encoder;
  private final JpegDecoder decoder;
  private final byte[] header; // SOI to SOS, without tables
  private final byte[] fileHeader; // what a file has before its first MCU

  /// Makes the streams of a format.
  ///
  /// @param format size and settings of all pictures
  public JpegStream(StreamFormat format) {
    this.format = format;
    EncoderOptions options =
        EncoderOptions.defaults()
            .withQuality(format.quality())
            .withSampling(format.sampling())
            .withTables(format.tables())
            .withRestartInterval(1);
    encoder = new JpegEncoder(options.withForm(StreamForm.IMAGE_ONLY));
    decoder = new JpegDecoder(DecoderOptions.defaults());
    Raster blank = raster(new byte[format.width() * format.height() * format.components()]);
    header = untilFirstMcu(encoder.encode(blank));
    fileHeader =
        format.headerInStream()
            ? withTables(header, encoder.encodeTables())
            : untilFirstMcu(new JpegEncoder(options).encode(blank));
  }

  /// The format of these streams.
  ///
  /// @return size and settings
  public StreamFormat format() {
    return format;
  }

  /// The header that a whole stream starts with.
  ///
  /// @return SOI to SOS without tables, 59 bytes for colour; nothing if the format leaves it out
  public byte[] header() {
    return format.headerInStream() ? header.clone() : new byte[0];
  }

  /// Encodes a picture.
  ///
  /// @param picture of the size and channels of the format
  /// @return its stream
  /// @throws IllegalArgumentException if the picture is of another size
  public byte[] encode(Picture picture) {
    if (picture.width() != format.width()
        || picture.height() != format.height()
        || picture.channels() != format.components()) {
      throw new IllegalArgumentException(
          "jpeg stream: picture of another size; %dx%dx%d; need %dx%dx%d"
              .formatted(
                  picture.width(),
                  picture.height(),
                  picture.channels(),
                  format.width(),
                  format.height(),
                  format.components()));
    }
    byte[] stream = encoder.encode(raster(picture.samples()));
    return format.headerInStream()
        ? stream
        : Arrays.copyOfRange(stream, header.length, stream.length);
  }

  /// Puts back what all files share.
  ///
  /// @param stream a stream; if it is broken, so is the file
  /// @return a JPEG file
  public byte[] toFile(byte[] stream) {
    return format.headerInStream()
        ? withTables(stream, encoder.encodeTables())
        : concat(fileHeader, stream);
  }

  /// Takes away what all files share: the inverse of [#toFile].
  ///
  /// @param file a JPEG file
  /// @return its stream, or nothing if `file` does not start as the files of this format do
  public Optional<byte[]> strip(byte[] file) {
    if (file.length < fileHeader.length
        || !Arrays.equals(file, 0, fileHeader.length, fileHeader, 0, fileHeader.length)) {
      return Optional.empty();
    }
    byte[] data = Arrays.copyOfRange(file, fileHeader.length, file.length);
    return Optional.of(format.headerInStream() ? concat(header, data) : data);
  }

  /// The paper's repair of a string that may not be a whole file.
  ///
  /// With header: if it starts with `FF D8`, all up to the first `FF D9` after it; else, and where
  /// there is none, `FF D9` is appended unless it ends so, and `FF D8` put in front unless it
  /// starts so. Without header the same for `FF D9` alone.
  ///
  /// Differs: the paper speaks of the first match of `FF D8 ... FF D9`; this follows the script,
  /// which looks for it at the start only.
  ///
  /// @param stream what a model wrote
  /// @return the repaired stream; a whole one comes back unchanged
  public byte[] repair(byte[] stream) {
    boolean started = !format.headerInStream() || startsWithSoi(stream);
    int end = indexOfEoi(stream, format.headerInStream() ? SOI_BYTES : 0);
    if (started && end >= 0) {
      return Arrays.copyOf(stream, end + 2);
    }
    int n = stream.length;
    boolean ended = n >= 2 && stream[n - 2] == FF && stream[n - 1] == EOI;
    byte[] out = ended ? stream : concat(stream, new byte[] {FF, EOI});
    return started ? out : concat(new byte[] {FF, SOI}, out);
  }

  /// Decodes a stream, repairing what can be repaired; what is missing is grey.
  ///
  /// @param stream what a model wrote
  /// @return the picture; of the format's size unless the stream has a header that says otherwise
  /// @throws JpegException if not even the header can be read
  public Picture decode(byte[] stream) throws JpegException {
    Raster raster = decoder.decode(toFile(repair(stream))).raster();
    return new Picture(raster.width(), raster.height(), raster.components(), raster.samples());
  }

  private Raster raster(byte[] samples) {
    return new Raster(format.width(), format.height(), format.components(), samples);
  }

  private static boolean startsWithSoi(byte[] stream) {
    return stream.length >= 2 && stream[0] == FF && stream[1] == SOI;
  }

  private static int indexOfEoi(byte[] stream, int from) {
    for (int i = from; i + 1 < stream.length; i++) {
      if (stream[i] == FF && stream[i + 1] == EOI) {
        return i;
      }
    }
    return -1;
  }

  /// Puts a tables-only stream, less its SOI and EOI, after the first two bytes.
  private static byte[] withTables(byte[] stream, byte[] tables) {
    int at = Math.min(SOI_BYTES, stream.length);
    byte[] inner = Arrays.copyOfRange(tables, SOI_BYTES, tables.length - 2);
    byte[] start = concat(Arrays.copyOf(stream, at), inner);
    return concat(start, Arrays.copyOfRange(stream, at, stream.length));
  }

  /// A file up to the end of its SOS segment.
  private static byte[] untilFirstMcu(byte[] file) {
    int at = SOI_BYTES;
    while (true) {
      int marker = file[at + 1] & 0xFF;
      int length = (file[at + 2] & 0xFF) << 8 | (file[at + 3] & 0xFF); // counts itself
      at += 2 + length;
      if (marker == SOS) {
        return Arrays.copyOf(file, at);
      }
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }
}
