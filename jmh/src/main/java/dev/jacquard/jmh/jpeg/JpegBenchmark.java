package dev.jacquard.jmh.jpeg;

import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.StreamOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A picture to a baseline file with 4:2:0 sampling in memory, and back to RGB. The secondary
/// results are what counts: `megapixels` by the clock, or over `ownSeconds`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:Tier3DelayOn=1000"
    })
public class JpegBenchmark {
  /// `generated`, or the path of a picture.
  @Param(BenchmarkPicture.GENERATED)
  public String picture;

  /// Of the Independent JPEG Group's scale.
  @Param({"75", "90"})
  public int quality;

  /// Rows of MCUs between restart markers, 0 for none.
  @Param("0")
  public int restartRows;

  /// Threads that may decode a file with restart markers.
  @Param("1")
  public int threads;

  private Raster raster;
  private byte[] file;
  private JpegEncoder encoder;
  private JpegDecoder decoder;

  /// Counts pixels and time; the harness makes them rates.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Pixels {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// Million pixels.
    public double megapixels;

    private long start;

    /// Begins anew.
    @Setup(Level.Iteration)
    public void begin() {
      start = THREADS.getCurrentThreadCpuTime();
    }

    /// Seconds that the thread itself had on a processor. Pixels over them tell more than pixels
    /// over the clock's seconds where others use the machine too, but nothing of more than one
    /// thread.
    ///
    /// @return since the iteration began
    public double ownSeconds() {
      return 1e-9 * (THREADS.getCurrentThreadCpuTime() - start);
    }

    void add(Raster done) {
      megapixels += 1e-6 * done.width() * done.height();
    }
  }

  /// Makes the picture and a file of it, and checks that the file shows it.
  ///
  /// @throws IOException if the picture cannot be read
  @Setup
  public void setup() throws IOException {
    raster = BenchmarkPicture.of(picture);
    StreamOptions stream = StreamOptions.defaults().withRestartRows(restartRows);
    encoder = new JpegEncoder(EncoderOptions.defaults().withQuality(quality).withStream(stream));
    decoder = new JpegDecoder(DecoderOptions.defaults().withStrict(true).withThreads(threads));
    file = encoder.encode(raster);
    double error = meanError(raster, decoder.decode(file).raster());
    if (!(error < 12)) {
      throw new AssertionError("jpeg: mean difference of samples is " + error + "; need under 12");
    }
  }

  /// Mean distance of samples.
  static double meanError(Raster a, Raster b) {
    long sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      sum += Math.abs((a.samples()[i] & 0xFF) - (b.samples()[i] & 0xFF));
    }
    return (double) sum / a.samples().length;
  }

  /// From the file's bytes to pixels.
  ///
  /// @param pixels counts
  /// @return the picture
  /// @throws JpegException never
  @Benchmark
  public Raster decode(Pixels pixels) throws JpegException {
    Raster decoded = decoder.decode(file).raster();
    pixels.add(decoded);
    return decoded;
  }

  /// From pixels to the file's bytes.
  ///
  /// @param pixels counts
  /// @return the file
  @Benchmark
  public byte[] encode(Pixels pixels) {
    pixels.add(raster);
    return encoder.encode(raster);
  }
}
