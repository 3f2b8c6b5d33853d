package dev.jacquard.models.registry;

import dev.jacquard.models.eval.golden.FlexVarGoldenCheck;
import dev.jacquard.models.eval.golden.GoldenCheck;
import dev.jacquard.models.eval.golden.GsdGoldenCheck;
import dev.jacquard.models.eval.golden.HmarGoldenCheck;
import dev.jacquard.models.eval.golden.LlamaGenGoldenCheck;
import dev.jacquard.models.eval.golden.LlamaGenVqGoldenCheck;
import dev.jacquard.models.eval.golden.LlamaGoldenCheck;
import dev.jacquard.models.eval.golden.MVarGoldenCheck;
import dev.jacquard.models.eval.golden.NarGoldenCheck;
import dev.jacquard.models.eval.golden.TorchPickleGoldenCheck;
import dev.jacquard.models.eval.golden.VarGoldenCheck;
import dev.jacquard.models.eval.golden.VarTokenizerGoldenCheck;
import dev.jacquard.models.eval.golden.ops.OpsGoldenCheck;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import java.util.List;

/// The golden checks: one line for each system.
public final class GoldenChecks {
  private static final List<GoldenCheck> CHECKS =
      List.of(
          new LlamaGoldenCheck(),
          new LlamaGenGoldenCheck(Kind.CLASS),
          new LlamaGenGoldenCheck(Kind.CAPTION),
          new LlamaGenVqGoldenCheck(),
          new NarGoldenCheck(),
          new GsdGoldenCheck(),
          new VarTokenizerGoldenCheck(),
          new VarGoldenCheck(),
          new FlexVarGoldenCheck(),
          new HmarGoldenCheck(),
          new MVarGoldenCheck(),
          new OpsGoldenCheck(),
          new TorchPickleGoldenCheck());

  private GoldenChecks() {}

  /// All checks.
  ///
  /// @return an unmodifiable list
  public static List<GoldenCheck> all() {
    return CHECKS;
  }
}
