package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// A decoder holds the picture, of progressive files the coefficients, and 1 MB.
class DecoderMemoryTest {
  private static final int MEGABYTE = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Raster RASTER = Pictures.make(Pictures.Kind.SCENE, 3000, 800, 3, 1);

  /// What decoding allocates in total, which bounds what it holds at any time.
  private static long allocated(EncoderOptions options) throws JpegException {
    byte[] file = new JpegEncoder(options).encode(RASTER);
    JpegDecoder decoder = new JpegDecoder(DecoderOptions.defaults());
    long least = Long.MAX_VALUE; // once vectors are compiled, they are no objects
    for (int i = 0; i < 30; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      Raster decoded = decoder.decode(file).raster();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      assertThat(decoded.width()).isEqualTo(RASTER.width());
    }
    return least;
  }

  @Test
  void sequentialFilesNeedTheirPictureAndAMegabyte() throws JpegException {
    assertThat(allocated(EncoderOptions.defaults())).isLessThan(RASTER.samples().length + MEGABYTE);
    assertThat(allocated(EncoderOptions.defaults().withCoding(EntropyCoding.ARITHMETIC)))
        .isLessThan(RASTER.samples().length + MEGABYTE);
  }

  @Test
  void progressiveFilesNeedTheirCoefficientsToo() throws JpegException {
    int coefficients = 2 * (RASTER.width() + 15) * RASTER.height() * 3 / 2;
    assertThat(allocated(EncoderOptions.defaults().withScript(ScanScript.progressive())))
        .isLessThan(RASTER.samples().length + coefficients + MEGABYTE);
  }
}
