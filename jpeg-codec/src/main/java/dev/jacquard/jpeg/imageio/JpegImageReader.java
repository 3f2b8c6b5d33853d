package dev.jacquard.jpeg.imageio;

import dev.jacquard.jpeg.DecodedJpeg;
import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.DeepRaster;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegHeader;
import dev.jacquard.jpeg.JpegInspector;
import dev.jacquard.jpeg.JpegWarning;
import dev.jacquard.jpeg.Raster;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/// Reads the one picture of a JPEG stream as an image: grey or RGB, of CMYK what it looks like.
/// What tolerant decoding passes over becomes a warning.
final class JpegImageReader extends ImageReader {
  private static final JpegDecoder DECODER = new JpegDecoder(DecoderOptions.defaults());

  private byte @Nullable [] stream;
  private @Nullable JpegHeader header;
  // kept, since colour spaces of profiles equal only themselves
  private List<ImageTypeSpecifier> types = List.of();

  JpegImageReader(JpegImageReaderSpi provider) {
    super(provider);
  }

  @Override
  public void setInput(@Nullable Object source, boolean seekForward, boolean ignoreMetadata) {
    super.setInput(source, seekForward, ignoreMetadata);
    stream = null;
    header = null;
    types = List.of();
  }

  private byte[] stream() throws IOException {
    byte[] bytes = stream;
    if (bytes == null) {
      if (!(getInput() instanceof ImageInputStream in)) {
        throw new IllegalStateException("jpeg reader: no input; need an ImageInputStream");
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] part = new byte[1 << 16];
      for (int n = in.read(part); n > 0; n = in.read(part)) {
        all.write(part, 0, n);
      }
      bytes = all.toByteArray();
      stream = bytes;
    }
    return bytes;
  }

  private JpegHeader header(int index) throws IOException {
    if (index != 0) {
      throw new IndexOutOfBoundsException("jpeg reader: image " + index + "; need 0");
    }
    JpegHeader known = header;
    if (known == null) {
      known = DECODER.readHeader(stream());
      header = known;
    }
    return known;
  }

  @Override
  public int getNumImages(boolean allowSearch) {
    return 1;
  }

  @Override
  public int getWidth(int index) throws IOException {
    return header(index).width();
  }

  @Override
  public int getHeight(int index) throws IOException {
    return header(index).height();
  }

  @Override
  public Iterator<ImageTypeSpecifier> getImageTypes(int index) throws IOException {
    JpegHeader known = header(index);
    if (types.isEmpty()) {
      types = JpegImageTypes.of(known);
    }
    return types.iterator();
  }

  @Override
  public @Nullable IIOMetadata getStreamMetadata() {
    return null;
  }

  @Override
  public IIOMetadata getImageMetadata(int index) throws IOException {
    JpegHeader known = header(index);
    return JpegImageMetadata.of(known, JpegInspector.inspect(stream()).scans().size());
  }

  @Override
  public BufferedImage read(int index, @Nullable ImageReadParam param) throws IOException {
    JpegHeader known = header(index);
    clearAbortRequest();
    processImageStarted(index);
    BufferedImage image =
        getDestination(param, getImageTypes(index), known.width(), known.height());
    checkReadParamBandSettings(
        param, JpegImageTypes.bands(known), image.getSampleModel().getNumBands());
    Rectangle from = new Rectangle();
    Rectangle to = new Rectangle();
    computeRegions(param, known.width(), known.height(), image, from, to);
    boolean srgb = image.getColorModel().getColorSpace().isCS_sRGB();
    copy(samples(known, srgb), image.getRaster(), param, from, to);
    processImageProgress(100);
    if (abortRequested()) {
      processReadAborted();
    } else {
      processImageComplete();
    }
    return image;
  }

  /// A sample of the picture.
  private interface Samples {
    int at(int x, int y, int band);
  }

  /// The samples.
  ///
  /// @param srgb whether they are to be converted from the colour space of the profile
  private Samples samples(JpegHeader known, boolean srgb) throws IOException {
    if (JpegImageTypes.isDeep(known)) {
      DeepRaster deep = DECODER.decodeDeep(stream());
      int max = (1 << deep.precision()) - 1;
      return (x, y, band) -> (int) ((65535L * deep.sample(x, y, band) + max / 2) / max);
    }
    DecodedJpeg decoded = DECODER.decode(stream());
    for (JpegWarning warning : decoded.warnings()) {
      processWarningOccurred(warning.toString());
    }
    Raster raster =
        decoded.raster().components() == 4 ? decoded.raster().toRgb() : decoded.raster();
    return (srgb ? JpegImageTypes.toSrgb(known, raster) : raster)::sample;
  }

  private static void copy(
      Samples samples,
      WritableRaster raster,
      @Nullable ImageReadParam param,
      Rectangle from,
      Rectangle to)
      throws IIOException {
    int stepX = param == null ? 1 : param.getSourceXSubsampling();
    int stepY = param == null ? 1 : param.getSourceYSubsampling();
    int[] source = param == null ? null : param.getSourceBands();
    int[] target = param == null ? null : param.getDestinationBands();
    int bands = source == null ? raster.getNumBands() : source.length;
    if (raster.getNumBands() < bands) {
      throw new IIOException("jpeg reader: destination has too few bands");
    }
    int[] row = new int[to.width];
    for (int y = 0; y < to.height; y++) {
      for (int b = 0; b < bands; b++) {
        int band = source == null ? b : source[b];
        for (int x = 0; x < to.width; x++) {
          row[x] = samples.at(from.x + x * stepX, from.y + y * stepY, band);
        }
        int into = target == null ? b : target[b];
        raster.setSamples(to.x, to.y + y, to.width, 1, into, row);
      }
    }
  }
}
