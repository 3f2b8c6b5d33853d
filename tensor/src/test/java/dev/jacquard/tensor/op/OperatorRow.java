package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.DeviceException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.TensorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// One operator with arguments that fit, and all the ways in which they are spoilt.
final class OperatorRow {
  static final Backend HERE = new ReferenceBackend();
  private static final Backend THERE = new ReferenceBackend();

  /// A tensor to be made: of zeros, or of ids.
  record Argument(DType type, Shape shape, int... ids) {
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

  private final String method;
  private final String op;
  private final Consumer<Tensor[]> call;
  private final Argument[] arguments;
  private final List<DynamicTest> tests = new ArrayList<>();
  private Set<Integer> ofAnyType = Set.of();
  private Set<Integer> ofAnyShape = Set.of();

  OperatorRow(String method, String op, Consumer<Tensor[]> call, Argument... arguments) {
    this.method = method;
    this.op = op;
    this.call = call;
    this.arguments = arguments;
  }

  /// Arguments whose element type may be any.
  OperatorRow anyType(Integer... which) {
    ofAnyType = Set.of(which);
    return this;
  }

  /// Arguments that may be scalars.
  OperatorRow anyShape(Integer... which) {
    ofAnyShape = Set.of(which);
    return this;
  }

  /// Adds axes that are not there.
  OperatorRow axis(BiConsumer<Tensor[], Integer> axisCall) {
    refuses("no axis 9", x -> axisCall.accept(x, 9));
    return refuses("no axis -9", x -> axisCall.accept(x, -9));
  }

  /// Adds a call with numbers that do not fit.
  OperatorRow refuses(String problem, Consumer<Tensor[]> badCall) {
    return refuses(problem, badCall, arguments);
  }

  /// Adds a call of its own.
  OperatorRow refuses(String problem, Consumer<Tensor[]> badCall, Argument... bad) {
    add(problem, ShapeException.class, problem, badCall, tensors(bad));
    return this;
  }

  /// Adds arguments of shapes that do not fit.
  OperatorRow refuses(String problem, Argument... bad) {
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

  /// Gives the backends' memory back.
  static void close() {
    HERE.close();
    THERE.close();
  }

  /// The operator's class and method.
  String method() {
    return method;
  }

  static Argument f32(long... sizes) {
    return new Argument(DType.F32, Shape.of(sizes));
  }

  static Argument i32(long... sizes) {
    return new Argument(DType.I32, Shape.of(sizes));
  }

  static Argument ids(int... ids) {
    return new Argument(DType.I32, Shape.of(ids.length), ids);
  }

  static OperatorRow row(String method, String op, Consumer<Tensor[]> call, Argument... arguments) {
    return new OperatorRow(method, op, call, arguments);
  }

  /// An operator on one tensor of any shape.
  static OperatorRow one(String method, String op, Consumer<Tensor> call) {
    return row(method, op, x -> call.accept(x[0]), f32(2, 3)).anyShape(0);
  }

  /// An operator on two tensors that broadcast.
  static OperatorRow two(String method, String op, BiConsumer<Tensor, Tensor> call) {
    return row(method, op, x -> call.accept(x[0], x[1]), f32(2, 3), f32(3))
        .anyShape(0, 1)
        .refuses("do not broadcast", f32(2, 3), f32(2));
  }
}
