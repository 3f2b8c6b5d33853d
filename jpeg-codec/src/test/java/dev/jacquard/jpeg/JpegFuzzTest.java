package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Damaged files end in a picture or a declared exception, in little time and memory.
class JpegFuzzTest {
  private static final long SECONDS = 8;
  private static final DecoderLimits LIMITS =
      DecoderLimits.defaults().withPixels(1 << 16).withBytes(1 << 22).withScans(40);
  // besides what is counted: rows, tables, copies of segments; and garbage: the text of a warning
  // for
  // each restart interval of each of many scans
  private static final long MAX_BYTES_PER_FILE = 16 * LIMITS.bytes();

  private static List<byte[]> corpus() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Raster raster = Pictures.make(Pictures.Kind.values()[i % 4], 5 + i, 40 - i, 1 + i % 4, i);
      EncoderOptions options =
          EncoderOptions.defaults()
              .withQuality(1 + 4 * i)
              .withSampling(Sampling.values()[i % 4])
              .withRestartInterval(i % 3);
      files.add(new JpegEncoder(options).encode(raster));
      files.add(new JpegEncoder(options.withForm(StreamForm.IMAGE_ONLY)).encode(raster));
      EncoderOptions arithmetic = options.withCoding(EntropyCoding.ARITHMETIC);
      ScanScript progressive = ScanScript.progressive();
      files.add(new JpegEncoder(options.withScript(progressive)).encode(raster));
      files.add(new JpegEncoder(arithmetic.withScript(progressive)).encode(raster));
      files.add(new JpegEncoder(arithmetic).encode(raster));
      files.add(new JpegEncoder(options).encodeTables());
    }
    for (String name : List.of("d001.jpg", "d014.jpg", "l084.jpg", "l167.jpg")) {
      files.add(DeepSamplesTest.resource(name));
    }
    return files;
  }

  private static JpegTranscoder transcoder(SplittableRandom random, DecoderOptions decoding) {
    StreamOptions stream =
        StreamOptions.defaults()
            .withCoding(EntropyCoding.values()[random.nextInt(3)])
            .withScript(random.nextBoolean() ? ScanScript.progressive() : ScanScript.sequential());
    return new JpegTranscoder(
        TranscodeOptions.defaults()
            .withStream(stream)
            .withMarkers(CopiedMarkers.ALL)
            .withTransformation(Transformation.values()[random.nextInt(8)])
            .withTrim(random.nextBoolean())
            .withDecoding(decoding));
  }

  @Test
  void damagedFilesOnlyThrowDeclaredExceptions() throws IOException {
    long seed = 20240816;
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> corpus = corpus();
    DecoderOptions tolerant = DecoderOptions.defaults().withLimits(LIMITS);
    com.sun.management.ThreadMXBean memory =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int pictures = 0;
    int refused = 0;
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    while (System.nanoTime() < end) {
      byte[] file = corpus.get(random.nextInt(corpus.size()));
      byte[] damaged = Mutations.apply(file, random.nextInt(4) == 0 ? 0 : 2, random);
      boolean strict = random.nextInt(4) == 0;
      long before = memory.getCurrentThreadAllocatedBytes();
      try {
        JpegInspector.inspect(damaged);
        if (random.nextInt(4) == 0) {
          PushDecoder push = new PushDecoder(tolerant.withStrict(strict));
          int half = damaged.length / 2;
          push.push(Arrays.copyOf(damaged, half));
          if (push.hasPicture()) {
            push.preview();
          }
          push.push(Arrays.copyOfRange(damaged, half, damaged.length));
          push.finish();
        } else if (random.nextInt(4) == 0) {
          transcoder(random, tolerant.withStrict(strict)).transcode(damaged);
        } else {
          new JpegDecoder(tolerant.withStrict(strict)).decode(damaged);
        }
        pictures++;
      } catch (JpegException e) {
        assertThat(e.offset()).isBetween(0, damaged.length);
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", file " + pictures + refused, e);
      }
      long used = memory.getCurrentThreadAllocatedBytes() - before;
      assertThat(used).as("bytes allocated").isLessThan(MAX_BYTES_PER_FILE);
    }
    assertThat(pictures).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }
}
