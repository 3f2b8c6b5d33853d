package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.TensorException;
import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
  private static final Backend HERE = new ReferenceBackend();
  private static final Backend THERE = new ReferenceBackend();
  private static final ConvolutionGeometry PLAIN = ConvolutionGeometry.PLAIN;
  private static final RandomStream RANDOM = RandomStream.of(1);

  @AfterAll
  static void close() {
    HERE.close();
    THERE.close();
  }

  /// A tensor to be made: of zeros, or of ids.
  private record Argument(DType type, Shape shape, int... ids) {
    Tensor on(Backend backend) {
      return ids.length > 0
          ? Tensor.ofInts(backend, shape, ids)
          : Tensor.zeros(backend, shape).to(type);
    }

    Argument ofOtherType() {
      return new Argument(type == DType.F32 ? DType.I32 : DType.F32, shape);
    }

    Argument withoutAxes() {
      return new Argument(type, Shape.of());
    }
  }

  /// One operator.
  private static final class Row {
    private final String method;
    private final String op;
    private final Consumer<Tensor[]> call;
    private final Argument[] arguments;
    private final List<DynamicTest> tests = new ArrayList<>();
    private Set<Integer> ofAnyType = Set.of();
    private Set<Integer> ofAnyShape = Set.of();

    Row(String method, String op, Consumer<Tensor[]> call, Argument... arguments) {
      this.method = method;
      this.op = op;
      this.call = call;
      this.arguments = arguments;
    }

    /// Arguments whose element type may be any.
    Row anyType(Integer... which) {
      ofAnyType = Set.of(which);
      return this;
    }

    /// Arguments that may be scalars.
    Row anyShape(Integer... which) {
      ofAnyShape = Set.of(which);
      return this;
    }

    /// Adds axes that are not there.
    Row axis(BiConsumer<Tensor[], Integer> axisCall) {
      refuses("no axis 9", x -> axisCall.accept(x, 9));
      return refuses("no axis -9", x -> axisCall.accept(x, -9));
    }

    /// Adds a call with numbers that do not fit.
    Row refuses(String problem, Consumer<Tensor[]> badCall) {
      return refuses(problem, badCall, arguments);
    }

    /// Adds a call of its own.
    Row refuses(String problem, Consumer<Tensor[]> badCall, Argument... bad) {
      add(problem, ShapeException.class, problem, badCall, tensors(bad));
      return this;
    }

    /// Adds arguments of shapes that do not fit.
    Row refuses(String problem, Argument... bad) {
      return refuses(problem, call, bad);
    }

    Stream<DynamicTest> all() {
      tests.addFirst(dynamicTest(method + " takes what fits", this::succeed));
      for (int i = 0; i < arguments.length; i++) {
        if (!ofAnyType.contains(i)) {
          String problem = "wrong element type";
          add("type " + i, DTypeException.class, problem, call, spoilt(i, HERE, true, false));
        }
        if (!ofAnyShape.contains(i)) {
          add("shape " + i, ShapeException.class, "", call, spoilt(i, HERE, false, true));
        }
        if (arguments.length > 1) {
          add("backend " + i, DeviceException.class, "two", call, spoilt(i, THERE, false, false));
        }
      }
      return tests.stream();
    }

    private void succeed() {
      TensorScope.run(method, () -> call.accept(tensors(arguments)));
    }

    private void add(
        String what,
        Class<? extends TensorException> type,
        String problem,
        Consumer<Tensor[]> badCall,
        Tensor[] bad) {
      tests.add(
          dynamicTest(
              method + ", " + what + ", " + Arrays.toString(bad),
              () -> requireRefusal(type, problem, () -> badCall.accept(bad))));
    }

    private void requireRefusal(
        Class<? extends TensorException> type, String problem, Runnable badCall) {
      long before = HERE.pool().liveBlocks() + THERE.pool().liveBlocks();
      Throwable thrown = catchThrowable(badCall::run);
      assertThat(thrown)
          .isInstanceOf(type)
          .hasMessageMatching("(?s)" + op + ": [^;]+; .+; .+") // problem; seen; needed
          .hasMessageContaining(problem);
      assertThat(HERE.pool().liveBlocks() + THERE.pool().liveBlocks())
          .as("memory taken before the check")
          .isEqualTo(before);
    }

    private static Tensor[] tensors(Argument[] arguments) {
      return Stream.of(arguments).map(argument -> argument.on(HERE)).toArray(Tensor[]::new);
    }

    private Tensor[] spoilt(int which, Backend backend, boolean type, boolean shape) {
      Tensor[] tensors = tensors(arguments);
      Argument argument = arguments[which];
      argument = type ? argument.ofOtherType() : argument;
      argument = shape ? argument.withoutAxes() : argument;
      tensors[which] = argument.on(backend);
      return tensors;
    }
  }

  @TestFactory
  Stream<DynamicTest> operatorsRefuseWhatDoesNotFit() {
    return rows().stream().flatMap(Row::all);
  }

  @Test
  void everyPublicOperatorHasARow() throws Exception {
    Set<String> rows = rows().stream().map(row -> row.method).collect(Collectors.toSet());
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

  private static Argument f32(long... sizes) {
    return new Argument(DType.F32, Shape.of(sizes));
  }

  private static Argument i32(long... sizes) {
    return new Argument(DType.I32, Shape.of(sizes));
  }

  private static Argument ids(int... ids) {
    return new Argument(DType.I32, Shape.of(ids.length), ids);
  }

  private static Row row(String method, String op, Consumer<Tensor[]> call, Argument... arguments) {
    return new Row(method, op, call, arguments);
  }

  /// An operator on one tensor of any shape.
  private static Row one(String method, String op, Consumer<Tensor> call) {
    return row(method, op, x -> call.accept(x[0]), f32(2, 3)).anyShape(0);
  }

  /// An operator on two tensors that broadcast.
  private static Row two(String method, String op, BiConsumer<Tensor, Tensor> call) {
    return row(method, op, x -> call.accept(x[0], x[1]), f32(2, 3), f32(3))
        .anyShape(0, 1)
        .refuses("do not broadcast", f32(2, 3), f32(2));
  }

  private static List<Row> rows() {
    return Stream.of(
            elementwise(), reductions(), arrangements(), indexing(), images(), norms(), sequences())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Row> elementwise() {
    return List.of(
        two("AddOp.apply", "add", AddOp::apply),
        two("SubOp.apply", "sub", SubOp::apply),
        two("MulOp.apply", "mul", MulOp::apply),
        two("DivOp.apply", "div", DivOp::apply),
        two("PowOp.apply", "pow", PowOp::apply),
        two("Atan2Op.apply", "atan2", Atan2Op::apply),
        two("MaximumOp.apply", "maximum", MaximumOp::apply),
        two("MaximumOp.minimum", "minimum", MaximumOp::minimum),
        one("PowOp.apply", "pow", x -> PowOp.apply(x, 2)),
        one("PowOp.apply", "pow", x -> PowOp.apply(x, 1.5f)),
        one("ScaleOp.apply", "scale", x -> ScaleOp.apply(x, 2)),
        one("UnaryOp.apply", "gelu_tanh", x -> UnaryOp.apply(Unary.GELU_TANH, x)),
        one("SoftplusOp.apply", "softplus", SoftplusOp::apply),
        one("EluOp.apply", "elu", x -> EluOp.apply(x, 1)),
        one("LeakyReluOp.apply", "leakyRelu", x -> LeakyReluOp.apply(x, 1)),
        one("ClampOp.apply", "clamp", x -> ClampOp.apply(x, 0, 1))
            .refuses("no range; low 1.0, high 0.0", x -> ClampOp.apply(x[0], 1, 0)),
        row("SwiGluOp.apply", "swiGlu", x -> SwiGluOp.apply(x[0], x[1]), f32(2, 3), f32(2, 3))
            .refuses("shapes differ; [2, 3] and [3]", f32(2, 3), f32(3)),
        row(
                "WhereOp.apply",
                "where",
                x -> WhereOp.apply(x[0], x[1], x[2]),
                i32(2, 1),
                f32(2, 3),
                f32(3))
            .anyType(0)
            .anyShape(0, 1, 2)
            .refuses("do not broadcast", i32(3, 1), f32(2, 3), f32(3)),
        row("WhereOp.fill", "fill", x -> WhereOp.fill(x[0], x[1], 1), f32(2, 3), i32(3))
            .anyType(1)
            .anyShape(0, 1)
            .refuses("do not broadcast", f32(2, 3), i32(2)),
        row(
                "StraightThroughOp.apply",
                "straightThrough",
                x -> StraightThroughOp.apply(x[0], x[1]),
                f32(2),
                f32(2))
            .refuses("shapes differ; [2] and [3]", f32(2), f32(3)));
  }

  private static List<Row> reductions() {
    return List.of(
        one("SumOp.apply", "sum", x -> SumOp.apply(x, 0))
            .axis((x, axis) -> SumOp.apply(x[0], axis)),
        one("AmaxOp.apply", "amax", x -> AmaxOp.apply(x))
            .axis((x, axis) -> AmaxOp.apply(x[0], axis))
            .refuses("nothing to compare", x -> AmaxOp.apply(x[0].narrow(0, 0, 0), 0)),
        one("AmaxOp.amin", "amin", x -> AmaxOp.amin(x))
            .axis((x, axis) -> AmaxOp.amin(x[0], 0, axis)),
        one("VarianceOp.mean", "mean", x -> VarianceOp.mean(x))
            .axis((x, axis) -> VarianceOp.mean(x[0], axis)),
        row("VarianceOp.apply", "variance", x -> VarianceOp.apply(x[0], 1, 0), f32(2, 3))
            .axis((x, axis) -> VarianceOp.apply(x[0], 0, axis))
            .refuses("too few elements; 2 of [2, 3]", x -> VarianceOp.apply(x[0], 2, 0)),
        one("EuclideanNormOp.apply", "euclideanNorm", x -> EuclideanNormOp.apply(x))
            .axis((x, axis) -> EuclideanNormOp.apply(x[0], axis)),
        row("NormalizeOp.apply", "normalize", x -> NormalizeOp.apply(x[0], 1, 1), f32(2, 3))
            .axis((x, axis) -> NormalizeOp.apply(x[0], axis, 1)),
        row("ArgMaxOp.apply", "argMax", x -> ArgMaxOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> ArgMaxOp.apply(x[0], axis))
            .refuses("nothing to compare; axis 1", f32(2, 0)),
        row("ArgMaxOp.argMin", "argMin", x -> ArgMaxOp.argMin(x[0], 1), f32(2, 3))
            .axis((x, axis) -> ArgMaxOp.argMin(x[0], axis)),
        row("SortOp.apply", "sort", x -> SortOp.apply(x[0], 1, true), f32(2, 3))
            .axis((x, axis) -> SortOp.apply(x[0], axis, true)),
        row("SortOp.first", "sort", x -> SortOp.first(x[0], 2, 1, true), f32(2, 3))
            .axis((x, axis) -> SortOp.first(x[0], 1, axis, true))
            .refuses("4 along axis 1 of [2, 3]", x -> SortOp.first(x[0], 4, 1, true)),
        row("CumsumOp.apply", "cumsum", x -> CumsumOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumsumOp.apply(x[0], axis)),
        row("CumprodOp.apply", "cumprod", x -> CumprodOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumprodOp.apply(x[0], axis)),
        row("CumprodOp.product", "product", x -> CumprodOp.product(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumprodOp.product(x[0], axis))
            .refuses("no factors", f32(2, 0)),
        row("SoftmaxOp.apply", "softmax", x -> SoftmaxOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> SoftmaxOp.apply(x[0], axis)),
        row("SoftmaxOp.apply", "softmax", x -> SoftmaxOp.apply(x[0]), f32(2, 3)),
        row("LogSoftmaxOp.apply", "logSoftmax", x -> LogSoftmaxOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> LogSoftmaxOp.apply(x[0], axis)),
        row("LogSumExpOp.apply", "logSumExp", x -> LogSumExpOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> LogSumExpOp.apply(x[0], axis)),
        row("GumbelOp.softmax", "gumbel", x -> GumbelOp.softmax(x[0], 1, RANDOM), f32(2, 3))
            .refuses("temperature 0.0", x -> GumbelOp.softmax(x[0], 0, RANDOM)),
        row("GumbelOp.oneHot", "gumbel", x -> GumbelOp.oneHot(x[0], 1, RANDOM), f32(2, 3))
            .refuses("temperature NaN", x -> GumbelOp.oneHot(x[0], Float.NaN, RANDOM)),
        row("GumbelOp.sample", "gumbel", x -> GumbelOp.sample(x[0], RANDOM), f32(2, 3))
            .refuses("no distribution; logits [2, 0]", f32(2, 0)));
  }

  private static List<Row> arrangements() {
    return List.of(
        row("ReshapeOp.apply", "reshape", x -> ReshapeOp.apply(x[0], 3, -1), f32(2, 3))
            .anyType(0)
            .refuses("[2, 3] to [4, -1]", x -> ReshapeOp.apply(x[0], 4, -1))
            .refuses("[2, 3] to [-1, -1]", x -> ReshapeOp.apply(x[0], -1, -1))
            .refuses("[2, 3] to [-2, -3]", x -> ReshapeOp.apply(x[0], -2, -3)),
        row("PermuteOp.apply", "permute", x -> PermuteOp.apply(x[0], 1, 0), f32(2, 3))
            .anyType(0)
            .refuses("axes [0, 0]", x -> PermuteOp.apply(x[0], 0, 0))
            .refuses("axes [0]", x -> PermuteOp.apply(x[0], 0))
            .refuses("axes [0, 2]", x -> PermuteOp.apply(x[0], 0, 2)),
        row("NarrowOp.apply", "narrow", x -> NarrowOp.apply(x[0], 1, 1, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> NarrowOp.apply(x[0], axis, 0, 1))
            .refuses("[2, 4) of axis 1", x -> NarrowOp.apply(x[0], 1, 2, 2))
            .refuses("leaves the axis", x -> NarrowOp.apply(x[0], 1, -1, 2))
            .refuses("leaves the axis", x -> NarrowOp.apply(x[0], 1, 2, Long.MAX_VALUE)),
        row("SliceOp.apply", "slice", x -> SliceOp.apply(x[0], 1, 0, 3, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.apply(x[0], axis, 0, 1, 1))
            .refuses("steps of 0", x -> SliceOp.apply(x[0], 1, 0, 3, 0))
            .refuses("[1, 4)", x -> SliceOp.apply(x[0], 1, 1, 4, 1)),
        row("SliceOp.select", "select", x -> SliceOp.select(x[0], 1, -1), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.select(x[0], axis, 0))
            .refuses("3 of axis 1", x -> SliceOp.select(x[0], 1, 3))
            .refuses("-4 of axis 1", x -> SliceOp.select(x[0], 1, -4)),
        row("SliceOp.split", "split", x -> SliceOp.split(x[0], 1, 1, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.split(x[0], axis, 1))
            .refuses("[1, 1] on axis 1", x -> SliceOp.split(x[0], 1, 1, 1))
            .refuses("[5, -2] on axis 1", x -> SliceOp.split(x[0], 1, 5, -2)),
        row("ExpandOp.apply", "expand", x -> ExpandOp.apply(x[0], 4, 3), f32(3))
            .anyType(0)
            .anyShape(0)
            .refuses("shapes do not broadcast; [3] and [3, 4]", x -> ExpandOp.apply(x[0], 3, 4))
            .refuses("shapes differ; [3] and [1]", x -> ExpandOp.apply(x[0], 1)),
        row("ConcatOp.apply", "concat", x -> ConcatOp.apply(1, List.of(x)), f32(2, 3), f32(2, 1))
            .axis((x, axis) -> ConcatOp.apply(axis, List.of(x)))
            .refuses("shapes differ", f32(2, 3), f32(3, 3))
            .refuses("wrong number of axes", f32(2, 3), f32(2, 3, 1))
            .refuses("no tensors", _ -> ConcatOp.apply(0, List.of())),
        row("ConcatOp.stack", "stack", x -> ConcatOp.stack(2, List.of(x)), f32(2, 3), f32(2, 3))
            .refuses("3 among those of [2, 3]", x -> ConcatOp.stack(3, List.of(x)))
            .refuses("-1 among those", x -> ConcatOp.stack(-1, List.of(x)))
            .refuses("shapes differ; [2, 4] and [2, 3]", f32(2, 3), f32(2, 4))
            .refuses("no tensors", _ -> ConcatOp.stack(0, List.of())),
        row("PadOp.constant", "pad", x -> PadOp.constant(x[0], 1, 1, -1, 0), f32(2, 3))
            .axis((x, axis) -> PadOp.constant(x[0], axis, 1, 1, 0))
            .refuses("more is cut", x -> PadOp.constant(x[0], 1, -2, -2, 0)),
        row("PadOp.reflect", "pad", x -> PadOp.reflect(x[0], 1, 2, 2), f32(2, 3))
            .axis((x, axis) -> PadOp.reflect(x[0], axis, 0, 0))
            .refuses("nothing to mirror; 3 in front", x -> PadOp.reflect(x[0], 1, 3, 0)),
        row("PadOp.replicate", "pad", x -> PadOp.replicate(x[0], 1, 5, 2), f32(2, 3))
            .axis((x, axis) -> PadOp.replicate(x[0], axis, 0, 0))
            .refuses("-1 in front", x -> PadOp.replicate(x[0], 1, -1, 0))
            .refuses("nothing to repeat", f32(2, 0)),
        row("RearrangeOp.flip", "flip", x -> RearrangeOp.flip(x[0], 0, 1), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.flip(x[0], 0, axis)),
        row("RearrangeOp.roll", "roll", x -> RearrangeOp.roll(x[0], 1, -4), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.roll(x[0], axis, 1)),
        row("RearrangeOp.tile", "tile", x -> RearrangeOp.tile(x[0], 1, 2), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.tile(x[0], axis, 1))
            .refuses("negative number of times; -1", x -> RearrangeOp.tile(x[0], 1, -1)),
        row("RearrangeOp.repeat", "repeat", x -> RearrangeOp.repeat(x[0], 1, 2), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.repeat(x[0], axis, 1))
            .refuses("negative number of times; -1", x -> RearrangeOp.repeat(x[0], 1, -1)),
        row(
                "RearrangeOp.apply",
                "rearrange",
                x -> RearrangeOp.apply(x[0], 1, 2, n -> 2 - n),
                f32(2, 3))
            .axis((x, axis) -> RearrangeOp.apply(x[0], axis, 1, n -> n))
            .refuses("3 at position 3", x -> RearrangeOp.apply(x[0], 1, 4, n -> n))
            .refuses("negative length; -1", x -> RearrangeOp.apply(x[0], 1, -1, n -> n)),
        row("TriangleOp.lower", "triangle", x -> TriangleOp.lower(x[0], 0), f32(2, 3))
            .refuses("too few axes; x [3]", f32(3)),
        row("TriangleOp.upper", "triangle", x -> TriangleOp.upper(x[0], 0), f32(2, 3))
            .refuses("too few axes; x [3]", f32(3)),
        row(
                "EinsumOp.apply",
                "einsum",
                x -> EinsumOp.apply("ij,jk->ki", x[0], x[1]),
                f32(2, 3),
                f32(3, 4))
            .refuses("a letter has two sizes", f32(2, 3), f32(4, 3))
            .refuses("letters do not fit the axes", f32(2, 3, 1), f32(3, 4))
            .refuses("no equation", x -> EinsumOp.apply("ij,jk", x[0], x[1]))
            .refuses("unknown", x -> EinsumOp.apply("ij,jk->ix", x[0], x[1])),
        row("MatmulOp.apply", "matmul", x -> MatmulOp.apply(x[0], x[1]), f32(2, 3), f32(3, 4))
            .refuses("inner sizes differ; a [2, 3], b [2, 3]", f32(2, 3), f32(2, 3))
            .refuses("do not broadcast", f32(2, 2, 3), f32(3, 3, 4))
            .refuses("too few axes; a [3]", f32(3), f32(3, 4)),
        row("LinearOp.apply", "linear", x -> LinearOp.apply(x[0], x[1]), f32(2, 3), f32(4, 3))
            .refuses("weight [3, 4]; need [3, 3]", f32(2, 3), f32(3, 4)),
        row(
                "PixelShuffleOp.apply",
                "pixelShuffle",
                x -> PixelShuffleOp.apply(x[0], 2),
                f32(1, 8, 2, 3))
            .anyType(0)
            .refuses("channels do not divide; x [1, 6, 2, 3], factor 2", f32(1, 6, 2, 3))
            .refuses("no factor; 0", x -> PixelShuffleOp.apply(x[0], 0)),
        row(
                "PixelShuffleOp.inverse",
                "pixelShuffle",
                x -> PixelShuffleOp.inverse(x[0], 2),
                f32(1, 3, 2, 4))
            .anyType(0)
            .refuses("sides do not divide; x [1, 8, 2, 3], factor 2", f32(1, 8, 2, 3))
            .refuses("no factor; -1", x -> PixelShuffleOp.inverse(x[0], -1)));
  }

  private static List<Row> indexing() {
    return List.of(
        row("EmbeddingOp.apply", "embedding", x -> EmbeddingOp.apply(x[0], x[1]), f32(3, 2), i32(4))
            .anyShape(1)
            .refuses("id out of range; 3 at position 1", f32(3, 2), ids(0, 3))
            .refuses("id out of range; -1", f32(3, 2), ids(-1))
            .refuses("padding out of range; 3", x -> EmbeddingOp.apply(x[0], x[1], 3)),
        row("GatherOp.apply", "gather", x -> GatherOp.apply(x[0], 1, x[1]), f32(3, 2), i32(2, 4))
            .axis((x, axis) -> GatherOp.apply(x[0], axis, x[1]))
            .refuses("more ids than x has rows; x [3, 2], ids [4, 1]", f32(3, 2), i32(4, 1))
            .refuses(
                "id out of range; 2 at position 0; need 0 to 1",
                f32(3, 2),
                new Argument(DType.I32, Shape.of(1, 1), 2))
            .refuses( // in a view that is not contiguous, where it lies
                "id out of range; 4 at position 1; need 0 to 2",
                x -> GatherOp.apply(x[0], 0, x[1].transpose(0, 1)),
                f32(3, 2),
                new Argument(DType.I32, Shape.of(2, 3), 0, 1, 0, 4, 0, 0)),
        row("GatherOp.slices", "gather", x -> GatherOp.slices(x[0], 1, x[1]), f32(3, 2), i32(4))
            .axis((x, axis) -> GatherOp.slices(x[0], axis, x[1]))
            .refuses("id out of range; 5", f32(3, 2), ids(0, 5)),
        row(
                "ScatterOp.apply",
                "scatter",
                x -> ScatterOp.apply(x[0], 1, x[1], x[2]),
                f32(3, 2),
                i32(3, 4),
                f32(3, 1))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.apply(x[0], axis, x[1], x[2]))
            .refuses("shapes differ; [2, 2] and [3, 2]", f32(3, 2), i32(2, 4), f32(1))
            .refuses("do not broadcast", f32(3, 2), i32(3, 4), f32(3)),
        row(
                "ScatterOp.add",
                "scatterAdd",
                x -> ScatterOp.add(x[0], 1, x[1], x[2]),
                f32(3, 2),
                i32(3, 4),
                f32(3, 1))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.add(x[0], axis, x[1], x[2])),
        row(
                "ScatterOp.slices",
                "scatter",
                x -> ScatterOp.slices(x[0], 1, x[1], x[2], false),
                f32(3, 2),
                i32(4),
                f32(3, 4))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.slices(x[0], axis, x[1], x[2], false))
            .refuses("id out of range; 9", f32(3, 2), ids(9), f32(3, 1)),
        row("OneHotOp.apply", "oneHot", x -> OneHotOp.apply(x[0], 3), i32(4))
            .anyShape(0)
            .refuses("id out of range; 3", ids(1, 3)),
        row("OneHotOp.count", "count", x -> OneHotOp.count(x[0], 3), i32(4))
            .anyShape(0)
            .refuses("id out of range; -2", ids(1, -2)),
        row(
                "MaskedRowsOp.apply",
                "maskedRows",
                x -> MaskedRowsOp.apply(x[0], x[1]),
                f32(3, 2),
                i32(3))
            .anyType(1)
            .anyShape(1)
            .refuses("mask does not fit; x [3, 2], mask [2]", f32(3, 2), i32(2)),
        row(
                "SearchSortedOp.apply",
                "searchSorted",
                x -> SearchSortedOp.apply(x[0], x[1], true),
                f32(3),
                f32(2, 2))
            .anyShape(1)
            .refuses("wrong number of axes; sorted [3, 1]", f32(3, 1), f32(2)),
        row(
                "CrossEntropyOp.apply",
                "crossEntropy",
                x -> CrossEntropyOp.apply(x[0], x[1]),
                f32(2, 5),
                i32(2))
            .refuses("shapes differ; [2] and [3]", f32(2, 5), i32(3))
            .refuses(
                "label out of range; 5 at position 1; need 0 to 4",
                f32(2, 5),
                ids(CrossEntropyOp.IGNORE, 5)),
        row(
                "CrossEntropyOp.rows",
                "crossEntropy",
                x -> CrossEntropyOp.rows(x[0], x[1]),
                f32(2, 5),
                i32(2))
            .refuses("label out of range; -1", f32(2, 5), ids(0, -1)));
  }

  private static List<Row> images() {
    return List.of(
        row(
                "Conv2dOp.apply",
                "conv2d",
                x -> Conv2dOp.apply(x[0], x[1], x[2], PLAIN),
                f32(1, 3, 4, 4),
                f32(2, 3, 3, 3),
                f32(2))
            .refuses("channels differ", f32(1, 4, 4, 4), f32(2, 3, 3, 3), f32(2))
            .refuses("window exceeds", f32(1, 3, 2, 4), f32(2, 3, 3, 3), f32(2))
            .refuses("wrong shape; bias [3]", f32(1, 3, 4, 4), f32(2, 3, 3, 3), f32(3))
            .refuses("empty window", f32(1, 3, 4, 4), f32(2, 3, 0, 3), f32(2)),
        row(
                "Conv1dOp.apply",
                "conv1d",
                x -> Conv1dOp.apply(x[0], x[1], x[2], 1, 0, 0, 1, 1),
                f32(1, 3, 4),
                f32(2, 3, 3),
                f32(2))
            .refuses("channels differ; x [1, 4, 4]", f32(1, 4, 4), f32(2, 3, 3), f32(2))
            .refuses("window exceeds", f32(1, 3, 2), f32(2, 3, 3), f32(2)),
        row(
                "ConvTranspose2dOp.apply",
                "convTranspose2d",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN),
                f32(1, 3, 4, 4),
                f32(3, 2, 3, 3),
                f32(2))
            .refuses("wrong shape; weight", f32(1, 4, 4, 4), f32(3, 2, 3, 3), f32(2))
            .refuses(
                "extra size out of range; 1, 0",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN, 1, 0))
            .refuses(
                "padding cuts everything off",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN.withPadding(3, 3))),
        row("UnfoldOp.apply", "unfold", x -> UnfoldOp.apply(x[0], 2, 2, PLAIN), f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> UnfoldOp.apply(x[0], 4, 2, PLAIN))
            .refuses("empty window", x -> UnfoldOp.apply(x[0], 2, 0, PLAIN)),
        row(
                "MaxPool2dOp.apply",
                "maxPool2d",
                x -> MaxPool2dOp.apply(x[0], 2, 2, PLAIN),
                f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> MaxPool2dOp.apply(x[0], 4, 2, PLAIN))
            .refuses("empty window; 2 x 0", x -> MaxPool2dOp.apply(x[0], 2, 0, PLAIN))
            .refuses(
                "lies in the padding", x -> MaxPool2dOp.apply(x[0], 2, 2, PLAIN.withPadding(2, 2))),
        row(
                "AveragePool2dOp.apply",
                "averagePool2d",
                x -> AveragePool2dOp.apply(x[0], 2, 2, PLAIN),
                f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> AveragePool2dOp.apply(x[0], 2, 4, PLAIN))
            .refuses("empty window; 0 x 2", x -> AveragePool2dOp.apply(x[0], 0, 2, PLAIN)),
        row(
                "ResizeOp.apply",
                "resize",
                x -> ResizeOp.apply(x[0], Interpolation.LINEAR, 2, 2),
                f32(2, 3, 3))
            .refuses("too few axes; x [3]; need 2", f32(3))
            .refuses("size 0", x -> ResizeOp.apply(x[0], Interpolation.LINEAR, 2, 0)),
        row("FourierOp.real", "fourier", x -> FourierOp.real(x[0]), f32(2, 6))
            .refuses("no points; [2, 0]", f32(2, 0)),
        row("FourierOp.realInverse", "fourier", x -> FourierOp.realInverse(x[0], 6), f32(4, 2))
            .refuses("spectrum [3, 2] for length 6; need 4", f32(3, 2))
            .refuses("not complex; spectrum [4, 3]", f32(4, 3)),
        row("FourierOp.complex", "fourier", x -> FourierOp.complex(x[0], 0), f32(4, 2))
            .axis((x, axis) -> FourierOp.complex(x[0], axis))
            .refuses("holds real and imaginary part", x -> FourierOp.complex(x[0], 1))
            .refuses("no points", f32(0, 2)),
        row(
                "FourierOp.complexInverse",
                "fourier",
                x -> FourierOp.complexInverse(x[0], 0),
                f32(4, 2))
            .axis((x, axis) -> FourierOp.complexInverse(x[0], axis)),
        row("FourierOp.real2d", "fourier", x -> FourierOp.real2d(x[0]), f32(3, 6))
            .refuses("too few axes; x [6]", f32(6)),
        row(
                "FourierOp.realInverse2d",
                "fourier",
                x -> FourierOp.realInverse2d(x[0], 6),
                f32(3, 4, 2))
            .refuses("too few axes; spectrum [4, 2]", f32(4, 2))
            .refuses("for length 6; need 4", f32(3, 3, 2)),
        row("CosineOp.apply", "cosine", x -> CosineOp.apply(x[0], 0), f32(4, 2))
            .axis((x, axis) -> CosineOp.apply(x[0], axis))
            .refuses("no points", f32(0, 2)),
        row("CosineOp.inverse", "cosine", x -> CosineOp.inverse(x[0], 0), f32(4, 2))
            .axis((x, axis) -> CosineOp.inverse(x[0], axis)),
        row("CosineOp.apply2d", "cosine", x -> CosineOp.apply2d(x[0]), f32(4, 2))
            .refuses("too few axes; x [4]", f32(4)),
        row("CosineOp.inverse2d", "cosine", x -> CosineOp.inverse2d(x[0]), f32(4, 2))
            .refuses("too few axes; x [4]", f32(4)));
  }

  private static List<Row> norms() {
    return List.of(
        row("RmsNormOp.apply", "rmsNorm", x -> RmsNormOp.apply(x[0], x[1], 1), f32(2, 3), f32(3))
            .refuses("w [2]; need [3]", f32(2, 3), f32(2)),
        row(
                "LayerNormOp.apply",
                "layerNorm",
                x -> LayerNormOp.apply(x[0], x[1], x[2], 1),
                f32(2, 3),
                f32(3),
                f32(3))
            .refuses("b [2]; need [3]", f32(2, 3), f32(3), f32(2)),
        row(
                "GroupNormOp.apply",
                "groupNorm",
                x -> GroupNormOp.apply(x[0], 2, x[1], x[2], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4))
            .refuses("w [2]; need [4]", f32(2, 4, 3), f32(2), f32(4))
            .refuses("x [2, 3], groups 2", f32(2, 3), f32(3), f32(3)),
        row(
                "BatchNormOp.train",
                "batchNorm",
                x -> BatchNormOp.train(x[0], x[1], x[2], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4))
            .refuses("w [2]; need [4]", f32(2, 4, 3), f32(2), f32(4))
            .refuses("empty batch", f32(0, 4, 3), f32(4), f32(4)),
        row(
                "BatchNormOp.infer",
                "batchNorm",
                x -> BatchNormOp.infer(x[0], x[1], x[2], x[3], x[4], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4),
                f32(4),
                f32(4))
            .refuses("variance [3]; need [4]", f32(2, 4, 3), f32(4), f32(4), f32(4), f32(3)));
  }

  private static List<Row> sequences() {
    Argument q = f32(1, 2, 4, 6);
    Argument k = f32(1, 3, 2, 6);
    Argument table = f32(5, 3);
    return List.of(
        row(
                "AttentionOp.apply",
                "attention",
                x -> AttentionOp.apply(x[0], x[1], x[2], 1, true),
                q,
                k,
                k)
            .refuses("heads do not group; q has 3, k has 2", f32(1, 2, 3, 6), k, k)
            .refuses("fewer keys than queries", f32(1, 4, 2, 6), k, k)
            .refuses("wrong shape; k [1, 3, 2, 5]; need [1, 3, 2, 6]", q, f32(1, 3, 2, 5), k)
            .refuses("wrong shape; v", q, k, f32(1, 2, 2, 6)),
        row(
                "AttentionOp.apply",
                "attention",
                x -> AttentionOp.apply(x[0], x[1], x[2], 1, AttentionMask.full(2, 3), x[3]),
                q,
                k,
                k,
                f32(2, 3))
            .anyShape(3)
            .refuses("do not broadcast", q, k, k, f32(3, 3))
            .refuses("mask for other lengths", f32(1, 1, 4, 6), k, k, f32(1, 3)),
        row(
                "AttentionOp.bias",
                "attention",
                x -> AttentionOp.bias(x[0]),
                new Argument(DType.U8, Shape.of(2, 3)))
            .anyShape(0),
        row("RotaryOp.apply", "rotary", x -> RotaryOp.apply(x[0], x[1], x[2], 3), q, table, table)
            .refuses("positions [4, 6) leave", x -> RotaryOp.apply(x[0], x[1], x[2], 4))
            .refuses("heads do not fit the table; x [1, 2, 4, 7]", f32(1, 2, 4, 7), table, table)
            .refuses("shapes differ", q, table, f32(4, 3)),
        row(
                "RotaryOp.interleaved",
                "rotary",
                x -> RotaryOp.interleaved(x[0], x[1], x[2], 3),
                q,
                table,
                table)
            .refuses("positions [-1, 1) leave", x -> RotaryOp.interleaved(x[0], x[1], x[2], -1)),
        row(
                "RecurrenceOp.apply",
                "recurrence",
                x -> RecurrenceOp.apply(x[0], x[1], 0, 1),
                f32(2, 3),
                f32(2, 3))
            .axis((x, axis) -> RecurrenceOp.apply(x[0], x[1], 0, axis))
            .refuses("shapes differ", f32(2, 3), f32(2, 4)),
        row(
                "CarriedStateOp.apply",
                "carriedState",
                x -> CarriedStateOp.apply(x[0], x[1], x[2]),
                f32(1, 2, 3, 4, 5),
                f32(1, 2, 3),
                f32(1, 3, 4, 5))
            .refuses("decays", f32(1, 2, 3, 4, 5), f32(1, 3, 3), f32(1, 3, 4, 5))
            .refuses("initial", f32(1, 2, 3, 4, 5), f32(1, 2, 3), f32(1, 3, 5, 5)),
        row(
                "LinearAttentionOp.apply",
                "linearAttention",
                x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], x[4], 2),
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 4, 5),
                f32(1, 3, 4),
                f32(1, 4, 4, 5))
            .refuses(
                "heads do not group",
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 3, 5),
                f32(1, 3, 3),
                f32(1, 3, 4, 5))
            .refuses(
                "initial",
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 4, 5),
                f32(1, 3, 4),
                f32(1, 4, 5, 5))
            .refuses("chunks of 0", x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], x[4], 0)),
        row(
            "LinearAttentionOp.apply",
            "linearAttention",
            x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], 2),
            f32(1, 3, 2, 4),
            f32(1, 3, 2, 4),
            f32(1, 3, 4, 5),
            f32(1, 4, 4, 5)),
        row(
                "SelectiveScanOp.apply",
                "selectiveScan",
                x -> SelectiveScanOp.apply(x[0], x[1], x[2], x[3], x[4], x[5], 2),
                f32(1, 4, 2, 3),
                f32(1, 4, 2),
                f32(2),
                f32(1, 4, 1, 5),
                f32(1, 4, 1, 5),
                f32(1, 2, 5, 3))
            .refuses(
                "a [3]; need [2]",
                f32(1, 4, 2, 3),
                f32(1, 4, 2),
                f32(3),
                f32(1, 4, 1, 5),
                f32(1, 4, 1, 5),
                f32(1, 2, 5, 3))
            .refuses(
                "chunks of 0", x -> SelectiveScanOp.apply(x[0], x[1], x[2], x[3], x[4], x[5], 0)));
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
        .flatMap(Row::all);
  }

  private static Tensor wrap(long bytes, Shape shape) {
    return Tensor.wrap(HERE, Storage.external(Arena.ofAuto().allocate(bytes)), DType.F32, shape);
  }
}
