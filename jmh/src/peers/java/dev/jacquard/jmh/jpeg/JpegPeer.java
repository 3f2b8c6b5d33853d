package dev.jacquard.jmh.jpeg;

import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.Raster;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The work of [JpegBenchmark] by others: the JDK's Image I/O, and libjpeg-turbo through its
/// TurboJPEG library, which must be installed (`libturbojpeg.so.0`), with the same accurate DCT.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
public class JpegPeer {
  /// Who does it.
  @Param({"imageio", "turbojpeg"})
  public String codec;

  /// As in [JpegBenchmark].
  @Param(BenchmarkPicture.GENERATED)
  public String picture;

  /// As in [JpegBenchmark].
  @Param({"75", "90"})
  public int quality;

  private Raster raster;
  private byte[] file;
  private PeerCodec peer;

  /// Makes the picture and a file of it, and checks that the file shows it.
  ///
  /// @throws IOException if the picture cannot be read
  @Setup
  public void setup() throws IOException {
    raster = BenchmarkPicture.of(picture);
    file = new JpegEncoder(EncoderOptions.defaults().withQuality(quality)).encode(raster);
    peer =
        codec.equals("imageio")
            ? new ImageIoCodec(raster, quality)
            : new TurboJpegCodec(raster, quality);
    double error = JpegBenchmark.meanError(raster, peer.rgb(peer.decode(file)));
    double again = JpegBenchmark.meanError(raster, peer.rgb(peer.decode(peer.encode())));
    if (!(error < 12 && again < 12)) {
      throw new AssertionError("jpeg: mean difference of samples is " + error + ", " + again);
    }
  }

  /// From the file's bytes to pixels.
  ///
  /// @param pixels counts
  /// @return the picture
  /// @throws IOException never
  @Benchmark
  public Object decode(JpegBenchmark.Pixels pixels) throws IOException {
    pixels.add(raster);
    return peer.decode(file);
  }

  /// From pixels to the file's bytes.
  ///
  /// @param pixels counts
  /// @return the file
  /// @throws IOException never
  @Benchmark
  public byte[] encode(JpegBenchmark.Pixels pixels) throws IOException {
    pixels.add(raster);
    return peer.encode();
  }
}
