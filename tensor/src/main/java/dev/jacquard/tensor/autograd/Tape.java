package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DerivativeException;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import it.unimi.dsi.fastutil.objects.ReferenceOpenHashSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records operators as they run and plays them backwards.
///
/// ```java
/// Tape tape = new Tape();
/// Tensor loss = tape.call(() -> model.loss(tokens));
/// Gradients gradients = tape.backward(loss);
/// Tensor dw = gradients.of(w);
/// ```
///
/// Only what depends on a trainable tensor ([Tensor#trainable()]) is recorded. The memory that the
/// computation took is given back as [#backward] passes it, save for the result of [#call] and what
/// was kept with [TensorScope#keep]. A tape serves one computation at a time, on one thread.
///
/// A tape within another's computation differentiates for it: the outer one records what the inner
/// one's backward pass computes, so gradients may be part of a loss. Nothing is given back early
/// then.
///
/// ```java
/// Tensor penalty = outer.call(() -> {
///   Tape inner = new Tape();
///   Tensor scores = inner.call(() -> critic.forward(x).sum());
///   return inner.backward(scores).of(x).map(Unary.SQUARE).sum();
/// });
/// ```
public final class Tape {
  /* Tensors stay immutable: which of them carry a gradient is known to the tape (by identity), not to the tensor. The
   * entries are a stack: an operator can only have saved what was taken before its entry was made, so once an entry is
   * done, everything taken since the entry below it is done too. */

  private static final ScopedValue<Tape> CURRENT = ScopedValue.newInstance();

  private enum Mode {
    RECORDS,
    /// Notes which tensors carry a gradient, but not how they came about.
    WATCHES,
    PAUSED
  }

  /// What [#backward] does when it comes by: a step of an operator, or a part to be run again.
  private record Entry(
      String op,
      Tensor output,
      List<Tensor> inputs,
      @Nullable Backward backward,
      boolean isDerivable,
      @Nullable Supplier<Tensor> body,
      long moment) {}

  private final ArrayList<Entry> entries = new ArrayList<>();
  private final ReferenceOpenHashSet<Tensor> tracked = new ReferenceOpenHashSet<>();
  private final Mode mode;
  private @Nullable Tape outer; // the tape within whose computation this one records or watches
  private @Nullable TensorScope memory; // what the computation took
  private long moment; // when the last entry was made
  private boolean repeats;

  /// Creates an empty tape.
  public Tape() {
    this(Mode.RECORDS, null);
  }

  private Tape(Mode mode, @Nullable Tape outer) {
    this.mode = mode;
    this.outer = outer;
  }

  /// Runs a computation and records it. An exception empties the tape.
  ///
  /// @param body the computation
  /// @param <R> type of its result
  /// @param <X> what it may throw
  /// @return its result
  /// @throws X if the body does
  public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> body)
      throws X {
    outer = noting();
    moment = TensorScope.moment();
    boolean finished = false;
    try {
      R result = outer == null ? memory().keeping(() -> bound(body)) : bound(body);
      finished = true;
      return result;
    } finally {
      outer = null;
      if (!finished) {
        empty();
      }
    }
  }

  /// Runs a computation that no tape records.
  ///
  /// @param body the computation
  /// @param <R> type of its result
  /// @param <X> what it may throw
  /// @return its result
  /// @throws X if the body does
  public static <R extends @Nullable Object, X extends Throwable> R paused(
      ScopedValue.CallableOp<R, X> body) throws X {
    return new Tape(Mode.PAUSED, null).bound(body);
  }

  /// Runs a part of a computation without saving what its gradients need: the backward pass runs it
  /// once more. Costs time, saves the memory of all that is computed in between.
  ///
  /// Chen et al. 2016 (arXiv:1604.06174). Gradients have the same bits as without. Within two tapes
  /// the part is recorded as usual.
  ///
  /// @param body the part, for example a block of a model; computes the same whenever it runs, and
  ///   changes nothing, or asks [#isRepeating()] before it does
  /// @return its result
  public static Tensor checkpoint(Supplier<Tensor> body) {
    Tape tape = noting();
    if (tape == null || tape.mode == Mode.WATCHES || tape.outer != null) {
      return body.get();
    }
    Tape watch = new Tape(Mode.WATCHES, tape);
    Tensor y = TensorScope.call("checkpoint", () -> watch.bound(body::get));
    if (watch.tracks(y)) {
      tape.add("checkpoint", y, List.of(), null, false, body);
    }
    return y;
  }

  /// Whether the backward pass runs a part once more.
  ///
  /// @return true inside the body of [#checkpoint] from its second run on
  public static boolean isRepeating() {
    for (Tape tape = current(); tape != null; tape = tape.outer) {
      if (tape.repeats) {
        return true;
      }
    }
    return false;
  }

  /// Called by operators: notes how a result came about, if a tape is running and an input carries
  /// a gradient.
  ///
  /// @param op name of the operator
  /// @param y its result, a tensor made by the operator
  /// @param inputs the inputs for which `backward` returns gradients
  /// @param backward the chain rule, made of kernels
  /// @return `y`
  public static Tensor record(String op, Tensor y, List<Tensor> inputs, Backward backward) {
    note(op, y, inputs, backward, false);
    return y;
  }

  /// As [#record], for a chain rule that is made of operators which follow `dy` and the inputs, so
  /// that it can be derived again.
  ///
  /// @param op name of the operator
  /// @param y its result, a tensor made by the operator
  /// @param inputs the inputs for which `backward` returns gradients
  /// @param backward the chain rule, made of derivable operators
  /// @return `y`
  public static Tensor recordDerivable(
      String op, Tensor y, List<Tensor> inputs, Backward backward) {
    note(op, y, inputs, backward, true);
    return y;
  }

  /// Whether a tape is running that follows this tensor; operators may skip gradients that nobody
  /// follows.
  ///
  /// @param x a tensor
  /// @return true if gradients flow to it
  public static boolean follows(Tensor x) {
    for (Tape tape = current(); tape != null; tape = tape.outer) {
      if (tape.tracks(x)) {
        return true;
      }
    }
    return false;
  }

  /// Gradients of a scalar with respect to every trainable tensor it depends on. Empties the tape.
  ///
  /// @param loss `[]` or of one element
  /// @return the gradients
  /// @throws ShapeException if `loss` has more than one element
  /// @throws DerivativeException if another tape records this and an operator's derivative cannot
  ///   be derived again
  public Gradients backward(Tensor loss) {
    if (loss.shape().numel() != 1) {
      throw new ShapeException(
          "backward: loss is no scalar; " + loss.shape() + "; need one element, or pass dy");
    }
    return backward(loss, null);
  }

  /// Gradients of `Σ y · dy` with respect to every trainable tensor it depends on. Empties the
  /// tape.
  ///
  /// @param y a result recorded on this tape
  /// @param dy gradient that comes from outside, of the shape of `y`; null for ones
  /// @return the gradients; they belong to the current scope
  /// @throws DerivativeException if another tape records this and an operator's derivative cannot
  ///   be derived again
  public Gradients backward(Tensor y, @Nullable Tensor dy) {
    if (dy != null) {
      Shapes.requireSame("backward", y.shape(), dy.shape());
    }
    Tape recorder = noting();
    TensorScope passing = recorder == null ? TensorScope.openNested("backward") : null;
    GradientFlow flow = new GradientFlow(passing);
    try {
      if (passing == null) {
        play(flow, y, dy, recorder);
        memory = null; // what it took is still needed; it ends with the enclosing scope
      } else {
        passing.within(
            () -> {
              play(flow, y, dy, null);
              return true;
            });
        flow.keep(memory);
      }
    } finally {
      if (passing != null) {
        passing.close();
      }
      empty();
    }
    return new Gradients(flow.gradients());
  }

  private void play(GradientFlow flow, Tensor y, @Nullable Tensor dy, @Nullable Tape recorder) {
    flow.add(y, dy == null ? Tensor.full(y.backend(), y.shape(), 1f) : dy);
    while (!entries.isEmpty()) {
      Entry entry = entries.removeLast();
      Tensor upstream = flow.take(entry.output());
      if (upstream != null && entry.body() != null) {
        release(entry, flow); // before the part takes new memory
        flow.add(repeat(entry.body()), upstream);
      } else if (upstream != null && entry.backward() != null) {
        requireDerivable(entry, upstream, recorder);
        List<Tensor> downstream = entry.backward().gradients(upstream);
        for (int i = 0; i < downstream.size(); i++) {
          if (tracks(entry.inputs().get(i))) {
            flow.add(entry.inputs().get(i), downstream.get(i));
          }
        }
        release(entry, flow);
      } else {
        release(entry, flow);
      }
      flow.passed(upstream);
    }
  }

  /// Runs a part again, this time recording it.
  private Tensor repeat(Supplier<Tensor> body) {
    boolean before = repeats;
    repeats = true;
    moment = TensorScope.moment();
    try {
      return memory().within(() -> bound(body::get));
    } finally {
      repeats = before;
    }
  }

  private void release(Entry entry, GradientFlow flow) {
    if (memory != null && flow.releases()) {
      memory.releaseSince(entry.moment(), flow::holds);
    }
  }

  private static void requireDerivable(Entry entry, Tensor upstream, @Nullable Tape recorder) {
    if (recorder != null
        && !entry.isDerivable()
        && (recorder.tracks(upstream) || recorder.tracksAny(entry.inputs()))) {
      throw new DerivativeException(
          "backward: the derivative of %s cannot be derived again; another tape records it; put it together from derivable operators, or detach"
              .formatted(entry.op()));
    }
  }

  private static void note(
      String op, Tensor y, List<Tensor> inputs, Backward backward, boolean isDerivable) {
    for (Tape tape = current(); tape != null; tape = tape.outer) {
      if (tape.mode != Mode.PAUSED && tape.tracksAny(inputs)) {
        tape.add(op, y, inputs, backward, isDerivable, null);
      }
      if (tape.mode == Mode.WATCHES) {
        break; // the tape around it must not record what will be forgotten
      }
    }
  }

  private boolean tracksAny(List<Tensor> inputs) {
    for (Tensor input : inputs) { // a stream would cost more than the rest of the note
      if (tracks(input)) {
        return true;
      }
    }
    return false;
  }

  private void add(
      String op,
      Tensor y,
      List<Tensor> inputs,
      @Nullable Backward backward,
      boolean isDerivable,
      @Nullable Supplier<Tensor> body) {
    tracked.add(y);
    if (mode == Mode.RECORDS) {
      entries.add(new Entry(op, y, inputs, backward, isDerivable, body, moment));
      moment = TensorScope.moment();
    }
  }

  private boolean tracks(Tensor x) {
    return switch (mode) {
      case RECORDS -> x.isTrainable() || tracked.contains(x);
      case WATCHES -> tracked.contains(x) || (outer != null && outer.tracks(x));
      case PAUSED -> false;
    };
  }

  private <R extends @Nullable Object, X extends Throwable> R bound(
      ScopedValue.CallableOp<R, X> body) throws X {
    return ScopedValue.where(CURRENT, this).call(body);
  }

  private TensorScope memory() {
    if (memory == null) {
      memory = TensorScope.openNested("tape, up to its backward pass");
    }
    return memory;
  }

  private void empty() {
    entries.clear();
    tracked.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }

  private static @Nullable Tape current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// The tape that notes what runs now.
  private static @Nullable Tape noting() {
    Tape tape = current();
    return tape == null || tape.mode == Mode.PAUSED ? null : tape;
  }
}
