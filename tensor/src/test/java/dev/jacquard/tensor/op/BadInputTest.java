package dev.jacquard.tensor.op;

import static dev.jacquard.tensor.op.OperatorRow.HERE;
import static dev.jacquard.tensor.op.OperatorRow.f32;
import static dev.jacquard.tensor.op.OperatorRow.i32;
import static dev.jacquard.tensor.op.OperatorRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.op.OperatorRow.Argument;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every public operator with arguments that fit, which are then spoilt one at a time: another
/// element type, another backend, no axes, an axis that is not there, and what a row adds. Each
/// time the error must name the operator, say what was seen and what is needed, and come before any
/// work: no memory may have been taken.
class BadInputTest {
  @AfterAll
  static void close() {
    OperatorRow.close();
  }

  @TestFactory
  Stream<DynamicTest> operatorsRefuseWhatDoesNotFit() {
    return rows().stream().flatMap(OperatorRow::all);
  }

  @Test
  void everyPublicOperatorHasARow() throws Exception {
    Set<String> rows = rows().stream().map(OperatorRow::method).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : operators()) {
      for (Method method : type.getDeclaredMethods()) {
        boolean isPublic = Modifier.isPublic(method.getModifiers()) && !method.isSynthetic();
        if (isPublic && !rows.contains(type.getSimpleName() + "." + method.getName())) {
          missing.add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    missing.remove("GumbelOp.noise"); // takes no tensor, and any shape
    missing.remove("ContiguousOp.apply"); // takes any tensor
    assertThat(missing).isEmpty();
  }

  private static List<Class<?>> operators() throws Exception {
    Path classes = classes().resolve("dev/jacquard/tensor/op");
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith("Op.class")) {
          found.add(Class.forName("dev.jacquard.tensor.op." + name.replace(".class", "")));
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(60);
    return found;
  }

  private static Path classes() throws URISyntaxException {
    return Path.of(SumOp.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static List<OperatorRow> rows() {
    return Stream.of(
            ArithmeticRows.elementwise(),
            ArithmeticRows.reductions(),
            ArrangementRows.arrangements(),
            ArrangementRows.indexing(),
            LayerRows.images(),
            LayerRows.norms(),
            LayerRows.sequences())
        .flatMap(List::stream)
        .toList();
  }

  /// What [Tensor] does itself.
  @TestFactory
  Stream<DynamicTest> tensorsRefuseWhatDoesNotFit() {
    long[] tooMany = new long[] {1 << 16, 1 << 16};
    return Stream.of(
            row("Tensor.of", "of", _ -> {})
                .refuses("2 for shape [3]", _ -> Tensor.of(HERE, Shape.of(3), 1, 2)),
            row("Tensor.ofInts", "ofInts", _ -> {})
                .refuses("2 for shape [3]", _ -> Tensor.ofInts(HERE, Shape.of(3), 1, 2)),
            row("Tensor.wrap", "wrap", _ -> {})
                .refuses("8 bytes for F32 [3]; need 12", _ -> wrap(8, Shape.of(3))),
            row("Tensor.item", "item", x -> x[0].item(), f32())
                .anyShape(0)
                .refuses("1 for shape [2]", f32(2)),
            row("Tensor.copyFrom", "copyFrom", x -> x[0].copyFrom(1), f32(1))
                .anyShape(0)
                .refuses("1 for shape [2]", f32(2))
                .refuses("not contiguous", x -> ExpandOp.apply(x[0], 2).copyFrom(1, 2))
                .refuses("shapes differ", x -> x[0].copyFrom(x[0].reshape())),
            row("Tensor.toFloats", "toFloats", x -> x[0].toFloats(), f32(2))
                .anyShape(0)
                .refuses(
                    "4294967296",
                    x -> ExpandOp.apply(x[0].reshape(2, 1).narrow(0, 0, 1), tooMany).toFloats()),
            row("Tensor.toInts", "toInts", x -> x[0].toInts(), i32(2)).anyShape(0),
            row(
                    "Tensor.toLongs",
                    "toLongs",
                    x -> x[0].toLongs(),
                    new Argument(DType.I64, Shape.of(2)))
                .anyShape(0),
            row("Tensor.transpose", "transpose", x -> x[0].transpose(0, -1), f32(2, 3))
                .anyType(0)
                .axis((x, axis) -> x[0].transpose(0, axis)),
            row("Tensor.mean", "mean", x -> x[0].mean(), f32(2, 3)).anyShape(0),
            row("Tensor.sum", "sum", x -> x[0].sum(), f32(2, 3)).anyShape(0))
        .flatMap(OperatorRow::all);
  }

  private static Tensor wrap(long bytes, Shape shape) {
    return Tensor.wrap(HERE, Storage.external(Arena.ofAuto().allocate(bytes)), DType.F32, shape);
  }
}
