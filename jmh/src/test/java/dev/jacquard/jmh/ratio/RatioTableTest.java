package dev.jacquard.jmh.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatioTableTest {
  private static Result result(String type, String n, double median, String unit) {
    return new Result(type, "sgemm", Map.of("n", n), median, 0, unit);
  }

  private static final Result OURS = result("GemmBenchmark", "512", 100, "us/op");

  @Test
  void readsMedianAndQuartilesOfAllForks(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.json"),
            """
            [{"jmhVersion": "1.37", "benchmark": "dev.jacquard.jmh.gemm.GemmBenchmark.sgemm",
              "mode": "avgt", "params": {"n": "512", "threads": "2"},
              "primaryMetric": {"score": 9.0, "scoreError": "NaN", "scoreUnit": "us/op",
                "rawData": [[5.0, 1.0], [2.0, 3.0, 40.0]]}}]
            """);
    Result result = ResultReader.read(file).getFirst();
    assertThat(result.name()).isEqualTo("GemmBenchmark.sgemm");
    assertThat(result.settings()).isEqualTo("n=512, threads=2");
    assertThat(result.median()).isEqualTo(3);
    assertThat(result.spread()).isEqualTo((5 - 2) / 2.0 / 3);
  }

  @Test
  void refusesTheEmptyFileOfARunThatHasNotEnded(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("run.json"), "");
    assertThatThrownBy(() -> ResultReader.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file + ": a list of results is needed, as JMH writes at its end; it holds nothing");
  }

  @Test
  void findsEachPeerWithTheSameParameters() {
    Result peer = result("GemmPeer", "512", 150, "us/op");
    Result torch = result("GemmTorchPeer", "512", 50, "us/op");
    Result otherSize = result("GemmPeer", "97", 1, "us/op");
    Result otherKernel = result("ConvPeer", "512", 1, "us/op");
    assertThat(RatioTable.peers(List.of(OURS, peer, torch, otherSize, otherKernel)))
        .extracting(RatioTable.Ratio::over)
        .containsExactly(peer, torch);
  }

  @Test
  void namesParametersThatOnlyThePeerHas() {
    Map<String, String> params = Map.of("n", "512", "codec", "other");
    Result peer = new Result("GemmPeer", "sgemm", params, 150, 0, "us/op");
    assertThat(RatioTable.markdown(RatioTable.peers(List.of(OURS, peer))))
        .contains("| `GemmPeer.sgemm` codec=other |");
  }

  @Test
  void ratioAboveOneIsFasterForTimesAndForRates() {
    assertThat(OURS.speedOver(result("GemmPeer", "512", 150, "us/op"))).isEqualTo(1.5);
    Result rate = result("CopyBenchmark", "512", 30, "ops/ns");
    assertThat(rate.speedOver(result("CopyPeer", "512", 20, "ops/ns"))).isEqualTo(1.5);
  }

  @Test
  void rejectsRatioOfDifferentUnits() {
    assertThatThrownBy(() -> OURS.speedOver(result("GemmPeer", "512", 1, "ms/op")))
        .hasMessage("ratio: units differ; GemmBenchmark.sgemm in us/op, GemmPeer.sgemm in ms/op");
  }

  @Test
  void comparesWithBaselineOfTheSameThreads() {
    Result base = new Result("StreamBenchmark", "copy", Map.of("threads", "2"), 20, 0, "ops/ns");
    Result alone = new Result("StreamBenchmark", "copy", Map.of("threads", "1"), 10, 0, "ops/ns");
    Map<String, String> params = Map.of("threads", "2", "width", "997");
    Result norm = new Result("NormBenchmark", "rmsNorm", params, 18, 0, "ops/ns");
    List<RatioTable.Ratio> ratios =
        RatioTable.fractions("StreamBenchmark.copy", List.of(alone, base, norm));
    assertThat(ratios).containsExactly(new RatioTable.Ratio(norm, base));
  }

  @Test
  void writesARowForEachRatio() {
    Result before = result("GemmBenchmark", "512", 90, "us/op");
    assertThat(RatioTable.markdown(RatioTable.changes(List.of(before), List.of(OURS))))
        .endsWith(
            "| `GemmBenchmark.sgemm` | n=512 | 100 ± 0 % | `GemmBenchmark.sgemm` | 90.00 ± 0 % "
                + "| us/op | **0.90** |\n");
  }
}
