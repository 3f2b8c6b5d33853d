package dev.jacquard.models.cli;

import dev.jacquard.models.jpeglm.BrailleTokenizer;
import dev.jacquard.models.llama.RandomLlama;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.AtomicFiles;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jacquard model random OUT`: a Llama with random weights, to measure with.
@Command(
    name = "random",
    description = {
      "Write a Llama with random weights: a GGUF file, or a folder of Hugging Face's form.",
      "One with 320 tokens gets the tokenizer of the form in which JPEG-LM was released."
    })
final class ModelRandomCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "OUT", description = "A file that ends in .gguf, or a folder.")
  private Path out = Path.of("");

  @Option(names = "--dim", description = "Width (default: ${DEFAULT-VALUE}).")
  private int dim = 768;

  @Option(names = "--layers", description = "Blocks (default: ${DEFAULT-VALUE}).")
  private int layers = 12;

  @Option(names = "--heads", description = "Heads (default: ${DEFAULT-VALUE}).")
  private int heads = 12;

  @Option(names = "--ffn", description = "Width within a block (default: ${DEFAULT-VALUE}).")
  private int ffn = 2048;

  @Option(names = "--vocab", description = "Tokens (default: ${DEFAULT-VALUE}).")
  private int vocab = BrailleTokenizer.PAPER_VOCABULARY;

  @Option(names = "--context", description = "Positions (default: ${DEFAULT-VALUE}).")
  private int context = 2048;

  @Option(
      names = "--type",
      description = "f32, f16, bf16; in GGUF also q8_0, q4_0 (default: ${DEFAULT-VALUE}).")
  private DType type = DType.F32;

  @Option(names = "--shards", description = "Files of a folder (default: ${DEFAULT-VALUE}).")
  private int shards = 1;

  @Override
  public Integer call() throws IOException {
    if (heads < 1 || dim % heads != 0 || shards < 1) {
      throw options.usage("model random: --dim must be a multiple of --heads, --shards positive");
    }
    LlamaConfig config = LlamaConfig.of(dim, layers, heads, ffn, vocab, context);
    try (Backend backend = options.openBackend()) {
      RandomLlama llama = new RandomLlama(config, backend, options.seed());
      if (out.toString().endsWith(".gguf")) {
        llama.writeGguf(out, type);
      } else {
        llama.writeFolder(out, type, shards);
        if (vocab == BrailleTokenizer.PAPER_VOCABULARY) {
          AtomicFiles.write(out.resolve("tokenizer.model"), BrailleTokenizer.untrained());
        }
      }
    }
    options.print(new Table("written", "type").row(out.toString(), type.name()));
    return ExitCode.DONE;
  }
}
