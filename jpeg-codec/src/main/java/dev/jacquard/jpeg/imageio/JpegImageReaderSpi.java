package dev.jacquard.jpeg.imageio;

import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/// Offers the decoder to Image I/O, which then prefers it to the JDK's own.
public final class JpegImageReaderSpi extends ImageReaderSpi {
  static final String VENDOR = "Jacquard";
  static final String VERSION = "0.1";

  /// Called by Image I/O.
  public JpegImageReaderSpi() {
    super(
        VENDOR,
        VERSION,
        names(),
        suffixes(),
        mimeTypes(),
        JpegImageReader.class.getName(),
        new Class<?>[] {ImageInputStream.class},
        new String[] {JpegImageWriterSpi.class.getName()},
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

  static String[] names() {
    return new String[] {"jpeg", "JPEG", "jpg", "JPG"};
  }

  static String[] suffixes() {
    return new String[] {"jpg", "jpeg"};
  }

  static String[] mimeTypes() {
    return new String[] {"image/jpeg"};
  }

  /// Whether a stream begins as JPEG streams do: SOI and the first byte of a marker (T.81 B.2.1).
  @Override
  public boolean canDecodeInput(Object source) throws IOException {
    if (!(source instanceof ImageInputStream in)) {
      return false;
    }
    in.mark();
    boolean is = in.read() == 0xFF && in.read() == 0xD8 && in.read() == 0xFF;
    in.reset();
    return is;
  }

  @Override
  public ImageReader createReaderInstance(@Nullable Object extension) {
    return new JpegImageReader(this);
  }

  @Override
  public String getDescription(@Nullable Locale locale) {
    return "Jacquard JPEG reader";
  }

  /// Puts this reader before the JDK's.
  @Override
  public void onRegistration(ServiceRegistry registry, Class<?> category) {
    Iterator<ImageReaderSpi> others =
        registry.getServiceProviders(ImageReaderSpi.class, other -> isOfTheJdk(other), false);
    while (others.hasNext()) {
      registry.setOrdering(ImageReaderSpi.class, this, others.next());
    }
  }

  private static boolean isOfTheJdk(Object provider) {
    return provider.getClass().getName().startsWith("com.sun.imageio.plugins.jpeg.");
  }
}
