package dev.jacquard.jpeg.imageio;

import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/// Offers the encoder to Image I/O, behind the JDK's own, which takes more kinds of metadata.
public final class JpegImageWriterSpi extends ImageWriterSpi {

  /// Called by Image I/O.
  public JpegImageWriterSpi() {
    super(
        JpegImageReaderSpi.VENDOR,
        JpegImageReaderSpi.VERSION,
        JpegImageReaderSpi.names(),
        JpegImageReaderSpi.suffixes(),
        JpegImageReaderSpi.mimeTypes(),
        JpegImageWriter.class.getName(),
        new Class<?>[] {ImageOutputStream.class},
        new String[] {JpegImageReaderSpi.class.getName()},
        false,
        null,
        null,
        null,
        null,
        true,
        null,
        null,
        null,
        null);
  }

  /// Whether the image is opaque; JPEG has no transparency.
  @Override
  public boolean canEncodeImage(ImageTypeSpecifier type) {
    return !type.getColorModel().hasAlpha();
  }

  @Override
  public ImageWriter createWriterInstance(@Nullable Object extension) {
    return new JpegImageWriter(this);
  }

  @Override
  public String getDescription(@Nullable Locale locale) {
    return "Jacquard JPEG writer";
  }

  /// Puts this writer behind the JDK's.
  @Override
  public void onRegistration(ServiceRegistry registry, Class<?> category) {
    Iterator<ImageWriterSpi> others =
        registry.getServiceProviders(ImageWriterSpi.class, other -> isOfTheJdk(other), false);
    while (others.hasNext()) {
      registry.setOrdering(ImageWriterSpi.class, others.next(), this);
    }
  }

  private static boolean isOfTheJdk(Object provider) {
    return provider.getClass().getName().startsWith("com.sun.imageio.plugins.jpeg.");
  }
}
