package dev.jacquard.nn;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The named parameters and buffers of a model, and the place where modules get them while they are
/// built. Parameters are trained; buffers are kept by their module itself, such as the running mean
/// of a batch norm. A checkpoint holds both.
///
/// A constructor asks for its parameters by local name, `p.get("weight", shape, init)`, and hands
/// `p.at("q_proj")` to its children, so full names come out as in the checkpoint:
/// `model.layers.0.self_attn.q_proj.weight`. What a parameter starts with depends on the seed and
/// its full name only, not on the order of construction. Memory belongs to the scope that is open
/// during construction.
public final class Parameters {
  private final Backend backend;
  private final RandomStream random;
  private final String prefix;
  private final SequencedMap<String, Tensor> all; // shared by all views of one model
  private final @Nullable Frozen frozen; // null if the parameters are made here

  private Parameters(
      Backend backend,
      RandomStream random,
      String prefix,
      SequencedMap<String, Tensor> all,
      @Nullable Frozen frozen) {
    this.backend = backend;
    this.random = random;
    this.prefix = prefix;
    this.all = all;
    this.frozen = frozen;
  }

  /// Where frozen parameters come from.
  ///
  /// @param type what matrices are converted to; null if they stay as they are
  private record Frozen(StateDict state, @Nullable DType type) {}

  /// Starts a model with random parameters.
  ///
  /// @param backend who holds them
  /// @param seed number that fixes all of them
  /// @return an empty set of parameters
  public static Parameters random(Backend backend, long seed) {
    return new Parameters(backend, RandomStream.of(seed), "", new LinkedHashMap<>(), null);
  }

  /// Builds a model that is only to be used, on the tensors of a checkpoint themselves: nothing is
  /// copied but what must be f32 and is not. Matrices ([#matrix]) keep the type that they have.
  ///
  /// ```java
  /// LlamaModel model =
  ///     Parameters.frozen(backend, file.stateDict(backend), p -> new LlamaModel(config, p));
  /// ```
  ///
  /// @param backend who computes
  /// @param state tensors under the names of the parameters, live as long as the model
  /// @param build constructor of the model
  /// @param <M> type of the model
  /// @return the model; its parameters are not trainable
  /// @throws CheckpointException if a tensor is missing, left over or of another shape
  public static <M> M frozen(Backend backend, StateDict state, Function<Parameters, M> build)
      throws CheckpointException {
    return frozen(backend, new Frozen(state, null), build);
  }

  /// As the other, with matrices converted, for example quantised, into memory of the current
  /// scope.
  ///
  /// @param backend who computes
  /// @param state tensors under the names of the parameters, live as long as the model
  /// @param type floating-point type of the matrices
  /// @param build constructor of the model
  /// @param <M> type of the model
  /// @return the model; its parameters are not trainable
  /// @throws CheckpointException if a tensor is missing, left over or of another shape
  /// @throws dev.jacquard.tensor.shape.DTypeException if rows of a matrix cut a block of the type
  public static <M> M frozen(
      Backend backend, StateDict state, DType type, Function<Parameters, M> build)
      throws CheckpointException {
    return frozen(backend, new Frozen(state, type), build);
  }

  private static <M> M frozen(Backend backend, Frozen frozen, Function<Parameters, M> build)
      throws CheckpointException {
    RandomStream unused = RandomStream.of(0);
    try {
      M model = build.apply(new Parameters(backend, unused, "", new LinkedHashMap<>(), frozen));
      frozen.state.requireAllUsed();
      return model;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CheckpointException refusal) {
        throw refusal;
      }
      throw e;
    }
  }

  /// The parameters of a child.
  ///
  /// @param name the child's name; may contain dots
  /// @return a view whose names start there
  public Parameters at(String name) {
    return new Parameters(backend, random, prefix + name + ".", all, frozen);
  }

  /// Makes a parameter.
  ///
  /// @param name local name, such as `weight`
  /// @param shape its shape
  /// @param initializer how it starts
  /// @return an f32 tensor, trainable unless parameters are frozen
  /// @throws ShapeException if the name is taken
  public Tensor get(String name, Shape shape, Initializer initializer) {
    return get(name, shape, initializer, DType.F32);
  }

  /// Makes a parameter that may be stored in another type than f32, since its module only hands it
  /// to operators that take such: `LinearOp` and `EmbeddingOp`.
  ///
  /// @param name local name, such as `weight`
  /// @param shape its shape
  /// @param initializer how it starts
  /// @return a trainable f32 tensor, or a frozen one of any floating-point type
  /// @throws ShapeException if the name is taken
  public Tensor matrix(String name, Shape shape, Initializer initializer) {
    return get(name, shape, initializer, frozen == null ? DType.F32 : frozen.type);
  }

  /// @param type what a frozen parameter is converted to; null if it stays as it is
  private Tensor get(String name, Shape shape, Initializer initializer, @Nullable DType type) {
    String full = unused(name);
    Tensor parameter;
    if (frozen == null) {
      parameter = Tensor.empty(backend, shape).trainable();
      initializer.fill(parameter, random.split(full));
    } else {
      Tensor stored = stored(frozen.state, full, shape);
      parameter = type == null ? stored : stored.to(type);
    }
    all.put(full, parameter);
    return parameter;
  }

  /// Makes a buffer: a tensor that belongs to the checkpoint but is not trained.
  ///
  /// @param name local name, such as `running_mean`
  /// @param type element type
  /// @param shape its shape
  /// @param value every element at the start, unless parameters are frozen: then the checkpoint's
  /// @return a tensor that its module writes in place
  /// @throws ShapeException if the name is taken
  public Tensor buffer(String name, DType type, Shape shape, double value) {
    String full = unused(name);
    Tensor buffer = Tensor.empty(backend, type, shape);
    if (frozen == null) {
      backend.copy().fill(buffer, value);
    } else {
      buffer.copyFrom(stored(frozen.state, full, shape));
    }
    all.put(full, buffer);
    return buffer;
  }

  /// Makes an f32 buffer that does not start with one number.
  ///
  /// @param name local name, such as `uncond_embedding`
  /// @param shape its shape
  /// @param initializer how it starts, unless parameters are frozen: then as the checkpoint's
  /// @return a tensor that no optimiser changes
  /// @throws ShapeException if the name is taken
  public Tensor buffer(String name, Shape shape, Initializer initializer) {
    Tensor buffer = buffer(name, DType.F32, shape, 0);
    if (frozen == null) {
      initializer.fill(buffer, random.split(prefix + name));
    }
    return buffer;
  }

  private String unused(String name) {
    String full = prefix + name;
    if (all.containsKey(full)) {
      throw new ShapeException("parameters: \"" + full + "\" exists already; choose another name");
    }
    return full;
  }

  /// Constructors of modules declare no checked exceptions; [#frozen] turns it back.
  private static Tensor stored(StateDict state, String name, Shape shape) {
    try {
      return state.get(name, shape).detach();
    } catch (CheckpointException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Who holds the parameters.
  ///
  /// @return the backend
  public Backend backend() {
    return backend;
  }

  /// The parameters under this view, by name relative to it, in the order of construction: what is
  /// trained.
  ///
  /// @return a new map of trainable tensors; empty if parameters are frozen
  public SequencedMap<String, Tensor> named() {
    SequencedMap<String, Tensor> named = state();
    named.values().removeIf(tensor -> !tensor.isTrainable());
    return named;
  }

  /// The parameters and buffers under this view, by name relative to it, in the order of
  /// construction: what a checkpoint holds.
  ///
  /// @return a new map of the live tensors
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : all.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        state.put(entry.getKey().substring(prefix.length()), entry.getValue());
      }
    }
    return state;
  }

  /// Overwrites every parameter and buffer under this view with a checkpoint's, converting the type
  /// to the one it has.
  ///
  /// @param saved tensors under the names of [#state()]
  /// @throws CheckpointException if one is missing, left over or of another shape; nothing is
  ///   written then
  /// @throws IllegalStateException if parameters are frozen
  public void load(StateDict saved) throws CheckpointException {
    if (frozen != null) {
      throw new IllegalStateException(
          "parameters: frozen, of " + frozen.state.source() + "; build the model with random ones");
    }
    SequencedMap<String, Tensor> state = state();
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      saved.get(entry.getKey(), entry.getValue().shape());
    }
    saved.requireAllUsed();
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      entry.getValue().copyFrom(saved.get(entry.getKey()));
    }
  }

  /// Number of elements of all parameters under this view; of frozen ones, with buffers.
  ///
  /// @return the size of the model
  public long count() {
    SequencedMap<String, Tensor> counted = frozen == null ? named() : state();
    return counted.values().stream().mapToLong(t -> t.shape().numel()).sum();
  }
}
