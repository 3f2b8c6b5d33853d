package dev.jacquard.models.cli;

import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jacquard model inspect PATH`: metadata, tensors, types and sizes of a checkpoint. Only the
/// header is read.
@Command(name = "inspect", description = "List metadata and tensors of a checkpoint.")
final class ModelInspectCommand implements Callable<Integer> {

  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Parameters(paramLabel = "PATH", description = "A checkpoint file, or a model folder.")
  private Path path = Path.of(".");

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      if (!checkpoint.metadata().isEmpty()) {
        Table metadata = new Table("metadata", "value");
        checkpoint.metadata().forEach(metadata::row);
        options.print(metadata);
      }
      options.print(tensors(checkpoint));
      options.print(totals(checkpoint));
    }
    return ExitCode.DONE;
  }

  private static Table tensors(Checkpoint checkpoint) {
    Table tensors = new Table("tensor", "type", "shape", "bytes");
    for (TensorEntry entry : checkpoint.entries()) {
      String shape = entry.shape().toString();
      tensors.row(entry.name(), entry.type().name(), shape, entry.sizeBytes());
    }
    return tensors;
  }

  private static Table totals(Checkpoint checkpoint) {
    long elements = checkpoint.entries().stream().mapToLong(e -> e.shape().numel()).sum();
    long bytes = checkpoint.entries().stream().mapToLong(TensorEntry::sizeBytes).sum();
    return new Table("tensors", "elements", "bytes")
        .row(checkpoint.entries().size(), elements, bytes);
  }
}
