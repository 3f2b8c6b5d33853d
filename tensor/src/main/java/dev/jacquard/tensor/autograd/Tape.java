package dev.jacquard.tensor.autograd;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import it.unimi.dsi.fastutil.objects.Reference2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.ReferenceOpenHashSet;
import java.util.ArrayList;
import java.util.List;
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
/// Only what depends on a trainable tensor ([Tensor#trainable()]) is recorded. A tape serves one
/// computation on one thread.
public final class Tape {
  /* Tensors stay immutable: which of them carry a gradient is known to the tape (by identity), not to the tensor. The
   * backward pass pops entries as it goes, so saved tensors become unreachable early. */

  private static final ScopedValue<Tape> CURRENT = ScopedValue.newInstance();

  private final ArrayList<Entry> entries = new ArrayList<>();
  private final ReferenceOpenHashSet<Tensor> tracked = new ReferenceOpenHashSet<>();
  private final boolean recording;

  private record Entry(String op, Tensor output, List<Tensor> inputs, Backward backward) {}

  /// Creates an empty tape.
  public Tape() {
    this(true);
  }

  private Tape(boolean recording) {
    this.recording = recording;
  }

  /// Runs a computation and records it.
  ///
  /// @param body the computation
  /// @param <R> type of its result
  /// @param <X> what it may throw
  /// @return its result
  /// @throws X if the body does
  public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> body)
      throws X {
    return ScopedValue.where(CURRENT, this).call(body);
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
    return ScopedValue.where(CURRENT, new Tape(false)).call(body);
  }

  /// Called by operators: notes how a result came about, if a tape is running and an input carries
  /// a gradient.
  ///
  /// @param op name of the operator
  /// @param y its result, a tensor made by the operator
  /// @param inputs the inputs for which `backward` returns gradients
  /// @param backward the chain rule
  /// @return `y`
  public static Tensor record(String op, Tensor y, List<Tensor> inputs, Backward backward) {
    if (CURRENT.isBound()) {
      CURRENT.get().note(op, y, inputs, backward);
    }
    return y;
  }

  /// Whether a tape is running that follows this tensor; operators may skip gradients that nobody
  /// follows.
  ///
  /// @param x a tensor
  /// @return true if gradients flow to it
  public static boolean follows(Tensor x) {
    return CURRENT.isBound() && CURRENT.get().tracks(x);
  }

  /// Gradients of a scalar with respect to every trainable tensor it depends on. Empties the tape.
  ///
  /// @param loss `[]` or of one element
  /// @return the gradients
  /// @throws ShapeException if `loss` has more than one element
  public Gradients backward(Tensor loss) {
    if (loss.shape().numel() != 1) {
      throw new ShapeException(
          "backward: loss is no scalar; " + loss.shape() + "; need one element, or pass dy");
    }
    return backward(loss, Tensor.full(loss.backend(), loss.shape(), 1f));
  }

  /// Gradients of `Σ y · dy` with respect to every trainable tensor it depends on. Empties the
  /// tape.
  ///
  /// @param y a result recorded on this tape
  /// @param dy gradient that comes from outside, of the shape of `y`
  /// @return the gradients
  public Gradients backward(Tensor y, Tensor dy) {
    Shapes.requireSame("backward", y.shape(), dy.shape());
    var gradients = new Reference2ObjectOpenHashMap<Tensor, Tensor>();
    gradients.put(y, dy.contiguous());
    while (!entries.isEmpty()) {
      Entry entry = entries.removeLast();
      Tensor upstream = gradients.remove(entry.output());
      if (upstream != null) {
        List<Tensor> downstream = entry.backward().gradients(upstream);
        for (int i = 0; i < downstream.size(); i++) {
          accumulate(gradients, entry.inputs().get(i), downstream.get(i));
        }
      }
    }
    tracked.clear();
    return new Gradients(gradients);
  }

  private void note(String op, Tensor y, List<Tensor> inputs, Backward backward) {
    if (recording && inputs.stream().anyMatch(this::tracks)) {
      tracked.add(y);
      entries.add(new Entry(op, y, inputs, backward));
    }
  }

  private boolean tracks(Tensor x) {
    return recording && (x.isTrainable() || tracked.contains(x));
  }

  private void accumulate(
      Reference2ObjectOpenHashMap<Tensor, Tensor> gradients, Tensor input, Tensor dx) {
    if (tracks(input)) {
      Tensor sum = gradients.get(input);
      gradients.put(input, sum == null ? dx.contiguous() : sum.add(dx));
    }
  }
}
