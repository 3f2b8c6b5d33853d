package dev.jacquard.jpeg.imageio;

import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.MarkerSegment;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.ScanScript;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/// Writes an image as `cjpeg` would: grey, or YCbCr 4:2:0; quality 75 if nothing else is asked for.
/// Of metadata, comments are written.
final class JpegImageWriter extends ImageWriter {
  JpegImageWriter(JpegImageWriterSpi provider) {
    super(provider);
  }

  /// Quality, 0 to 1 for 1 to 100, and progression.
  private static final class Param extends ImageWriteParam {
    Param(@Nullable Locale locale) {
      super(locale);
      canWriteCompressed = true;
      canWriteProgressive = true;
      progressiveMode = MODE_DISABLED;
      compressionTypes = new String[] {"JPEG"};
      compressionType = "JPEG";
      compressionQuality = 0.75f;
    }

    @Override
    public void unsetCompression() {
      super.unsetCompression();
      compressionType = "JPEG";
      compressionQuality = 0.75f;
    }

    @Override
    public boolean isCompressionLossless() {
      return false;
    }
  }

  @Override
  public ImageWriteParam getDefaultWriteParam() {
    return new Param(getLocale());
  }

  @Override
  public @Nullable IIOMetadata getDefaultStreamMetadata(@Nullable ImageWriteParam param) {
    return null;
  }

  @Override
  public IIOMetadata getDefaultImageMetadata(
      ImageTypeSpecifier type, @Nullable ImageWriteParam param) {
    return JpegImageMetadata.ofWriter(isGrey(type.getColorModel()), List.of());
  }

  @Override
  public @Nullable IIOMetadata convertStreamMetadata(
      @Nullable IIOMetadata data, @Nullable ImageWriteParam param) {
    return null;
  }

  @Override
  public IIOMetadata convertImageMetadata(
      @Nullable IIOMetadata data, ImageTypeSpecifier type, @Nullable ImageWriteParam param) {
    boolean grey = isGrey(type.getColorModel());
    return JpegImageMetadata.ofWriter(grey, JpegImageMetadata.comments(data));
  }

  private static boolean isGrey(java.awt.image.ColorModel colors) {
    return colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  @Override
  public void write(
      @Nullable IIOMetadata streamMetadata, IIOImage image, @Nullable ImageWriteParam param)
      throws IOException {
    if (!(getOutput() instanceof ImageOutputStream out)) {
      throw new IllegalStateException("jpeg writer: no output; need an ImageOutputStream");
    }
    if (image.hasRaster()) {
      throw new UnsupportedOperationException("jpeg writer: raster without colours");
    }
    RenderedImage picture = image.getRenderedImage();
    if (picture.getColorModel().hasAlpha()) {
      throw new IIOException("jpeg writer: image with transparency; need an opaque one");
    }
    clearAbortRequest();
    processImageStarted(0);
    out.write(new JpegEncoder(options(image, param)).encode(raster(picture, param)));
    processImageProgress(100);
    processImageComplete();
  }

  private static EncoderOptions options(IIOImage image, @Nullable ImageWriteParam param) {
    List<MarkerSegment> comments =
        JpegImageMetadata.comments(image.getMetadata()).stream()
            .map(MarkerSegment::comment)
            .toList();
    EncoderOptions options = EncoderOptions.defaults();
    options = options.withStream(options.stream().withSegments(comments));
    if (param == null) {
      return options;
    }
    if (param.canWriteCompressed() && param.getCompressionMode() == ImageWriteParam.MODE_EXPLICIT) {
      int quality = Math.round(100 * param.getCompressionQuality());
      options = options.withQuality(Math.clamp(quality, 1, 100));
    }
    boolean progressive =
        param.canWriteProgressive() && param.getProgressiveMode() == ImageWriteParam.MODE_DEFAULT;
    return progressive ? options.withScript(ScanScript.progressive()) : options;
  }

  /// The part of the image that is asked for, as grey or RGB of 8 bits.
  private static Raster raster(RenderedImage image, @Nullable ImageWriteParam param)
      throws IIOException {
    Rectangle area =
        new Rectangle(image.getMinX(), image.getMinY(), image.getWidth(), image.getHeight());
    int stepX = 1;
    int stepY = 1;
    if (param != null) {
      if (param.getSourceRegion() != null) {
        area = area.intersection(param.getSourceRegion());
      }
      stepX = param.getSourceXSubsampling();
      stepY = param.getSourceYSubsampling();
      area.translate(param.getSubsamplingXOffset(), param.getSubsamplingYOffset());
      area.width -= param.getSubsamplingXOffset();
      area.height -= param.getSubsamplingYOffset();
    }
    if (area.width <= 0 || area.height <= 0) {
      throw new IIOException("jpeg writer: nothing to write; source region outside of the image");
    }
    java.awt.image.Raster data = image.getData(area);
    java.awt.image.ColorModel colors = image.getColorModel();
    boolean grey = isGrey(colors) && colors.getNumComponents() == 1;
    int width = Math.ceilDiv(area.width, stepX);
    int height = Math.ceilDiv(area.height, stepY);
    byte[] samples = new byte[width * height * (grey ? 1 : 3)];
    int at = 0;
    Object pixel = null;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = area.x + x * stepX;
        int row = area.y + y * stepY;
        if (grey) {
          int max = (1 << colors.getComponentSize(0)) - 1;
          int sample = data.getSample(column, row, 0);
          samples[at++] = (byte) ((255L * sample + max / 2) / max);
        } else {
          pixel = data.getDataElements(column, row, pixel);
          int rgb = colors.getRGB(pixel);
          samples[at++] = (byte) (rgb >> 16);
          samples[at++] = (byte) (rgb >> 8);
          samples[at++] = (byte) rgb;
        }
      }
    }
    return new Raster(width, height, grey ? 1 : 3, samples);
  }
}
