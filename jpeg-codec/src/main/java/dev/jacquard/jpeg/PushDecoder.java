package dev.jacquard.jpeg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decoder of a stream that comes piece by piece, from a network or a language model.
///
/// After each piece it tells how many rows at the top will not change any more, or, of progressive
/// streams, how many scans are complete; and it shows what is known at any moment. When the stream
/// has ended, the result is that of [JpegDecoder#decode], however the stream was cut. The time a
/// byte takes is bounded, but for an end of band that stands for many blocks (T.81 G.1.2.2).
///
/// For one stream and one thread.
///
/// ```java
/// PushDecoder decoder = new PushDecoder(DecoderOptions.defaults());
/// for (byte[] piece : pieces) {
///   decoder.push(piece);
///   show(decoder.preview());
/// }
/// DecodedJpeg decoded = decoder.finish();
/// ```
public final class PushDecoder {
  /* What is missing of a stream shows only when decoding asks for it. An MCU that asked in vain is
   * undone and tried again (ScanDecoder.advance); a segment is not read before all of it is there
   * (HeaderReader.hasSegment). So all other stages are those of the whole-file decoder. */

  private final DecoderOptions options;
  private final Problems problems;
  private final HeaderReader header;
  private final Patience patience = new Patience();
  private byte[] data = new byte[4096];
  private int length;
  private boolean complete;
  private boolean started;
  private boolean atScan;
  private boolean ended;
  private int scans;
  private @Nullable PictureDecoder picture;
  private @Nullable ScanDecoder scan;
  private @Nullable JpegException failure;
  private @Nullable RowStage rows;
  private @Nullable PixelArray finalPixels;

  /// A decoder of one stream.
  ///
  /// @param options as for [JpegDecoder]
  public PushDecoder(DecoderOptions options) {
    this.options = options;
    this.problems = new Problems(options.strict());
    this.header =
        new HeaderReader(data, options.tables().copyOfTables(), problems, options.limits());
  }

  /// Takes the next bytes and decodes as far as they allow.
  ///
  /// @param bytes any number of them
  /// @throws JpegException as [JpegDecoder#decode] does, as soon as the reason is there; from then
  ///   on always
  /// @throws IllegalStateException if the stream has been said to be finished
  public void push(byte[] bytes) throws JpegException {
    if (complete) {
      throw new IllegalStateException("push decoder: stream is finished; need a new decoder");
    }
    rethrow();
    if (ended) {
      return;
    }
    if (length + bytes.length > data.length) {
      data = Arrays.copyOf(data, Math.max(2 * data.length, length + bytes.length));
    }
    System.arraycopy(bytes, 0, data, length, bytes.length);
    length += bytes.length;
    advance();
  }

  /// Says that no more bytes will come.
  ///
  /// @return the same as [JpegDecoder#decode] gives for the whole stream
  /// @throws JpegException as [JpegDecoder#decode] does
  public DecodedJpeg finish() throws JpegException {
    if (!complete) {
      complete = true;
      data = Arrays.copyOf(data, length);
      advance();
    }
    rethrow();
    return JpegDecoder.result(header, show(), problems);
  }

  private void rethrow() throws JpegException {
    if (failure != null) {
      throw failure;
    }
  }

  private void advance() throws JpegException {
    rethrow();
    header.extend(data, length, complete);
    try {
      boolean more = true;
      while (more && !ended) {
        more = scan == null ? readSegment() : decodeScan(scan);
      }
    } catch (JpegException e) {
      endWith(e);
    }
  }

  /// Once there is a picture, tolerant decoding does not lose it.
  private void endWith(JpegException e) throws JpegException {
    try {
      if (scans == 0) {
        throw e;
      }
      problems.reportAfterPicture(e);
      end();
    } catch (JpegException last) {
      failure = last;
      throw last;
    }
  }

  private void end() throws JpegException {
    ended = true;
    if (picture == null) {
      throw new JpegFormatException("no scan", header.offset(), "B.2.1");
    }
    picture.checkComplete();
  }

  /// Reads a segment, or begins a scan.
  ///
  /// @return whether there may be more to do
  private boolean readSegment() throws JpegException {
    if (!started) {
      if (length < 2 && !complete) {
        return false;
      }
      header.expectStart();
      started = true;
    }
    if (atScan) {
      return beginScan();
    }
    if (!patience.isOver(header.offset(), length, complete)) {
      return false;
    }
    if (!header.hasSegment()) {
      patience.failed(header.offset(), length);
      return false;
    }
    int marker = header.readSegment();
    if (marker == Marker.EOI) {
      end();
    }
    atScan = marker == Marker.SOS;
    return true;
  }

  private boolean beginScan() throws JpegException {
    if (picture == null) {
      if (!patience.isOver(header.offset(), length, complete)) {
        return false;
      }
      if (!header.findLines()) {
        patience.failed(header.offset(), length);
        return false;
      }
      picture = JpegDecoder.begin(data, header, problems, options, true);
    }
    atScan = false;
    scan = picture.beginScan();
    return true;
  }

  private boolean decodeScan(ScanDecoder current) throws JpegException {
    if (!current.advance(data, length, complete)) {
      return false;
    }
    header.continueAt(current.offset());
    scans++;
    scan = null;
    return true;
  }

  private PictureDecoder decoder() {
    if (picture == null) {
      throw new IllegalStateException(
          "push decoder: no picture yet; need a frame and a scan header");
    }
    return picture;
  }

  /// Whether a scan has begun, so that there is something to show.
  ///
  /// @return whether [#preview()] may be asked for
  public boolean hasPicture() {
    return picture != null;
  }

  /// Scans that are complete; each refines progressive pictures.
  ///
  /// @return 0 until the first one is
  public int scans() {
    return scans;
  }

  /// Whether the end of the stream's picture has been seen; what may follow is ignored.
  ///
  /// @return whether EOI was reached
  public boolean isEnded() {
    return ended;
  }

  /// Rows at the top that will not change any more. Of progressive pictures there are none until
  /// the end.
  ///
  /// @return 0 to the height; one row of MCUs may be behind what is decoded
  public int finalRows() {
    if (picture == null) {
      return 0;
    }
    return ended ? height() : picture.finalRows();
  }

  private int height() {
    try {
      return header.frame().height();
    } catch (JpegFormatException e) {
      throw new AssertionError(e); // there is a picture
    }
  }

  /// Some rows that will not change any more.
  ///
  /// @param from first row
  /// @param to row after the last one, up to [#finalRows()]
  /// @return a picture of these rows
  /// @throws IllegalArgumentException if the rows are not final, or none
  public Raster rows(int from, int to) {
    if (from < 0 || from >= to || to > finalRows()) {
      throw new IllegalArgumentException(
          "push decoder: rows out of range; %d to %d; need 0..%d".formatted(from, to, finalRows()));
    }
    PictureDecoder decoder = decoder();
    if (ended || !(decoder instanceof FrameDecoder frame) || !frame.isSampleDepthOfBytes()) {
      return preview().rows(from, to);
    }
    try {
      if (rows == null || finalPixels == null) {
        finalPixels = new PixelArray(header.frame());
        rows = frame.rows(JpegDecoder.rendering(header, options), finalPixels);
      }
      rows.advanceTo(to);
      return finalPixels.raster().rows(from, to);
    } catch (JpegFormatException e) {
      throw new AssertionError(e); // there is a picture
    }
  }

  /// The picture as far as it is known: sequential ones are grey below the last decoded block,
  /// progressive ones smooth where detail is missing.
  ///
  /// @return a new raster of the full size
  /// @throws IllegalStateException if there is nothing to show yet
  public Raster preview() {
    return show().raster();
  }

  private PixelArray show() {
    PictureDecoder decoder = decoder();
    try {
      return decoder.show(JpegDecoder.rendering(header, options));
    } catch (JpegFormatException e) {
      throw new AssertionError(e); // there is a picture
    }
  }
}
