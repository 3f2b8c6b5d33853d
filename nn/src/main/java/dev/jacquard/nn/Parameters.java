package dev.jacquard.nn;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

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

  private Parameters(
      Backend backend, RandomStream random, String prefix, SequencedMap<String, Tensor> all) {
    this.backend = backend;
    this.random = random;
    this.prefix = prefix;
    this.all = all;
  }

  /// Starts a model with random parameters.
  ///
  /// @param backend who holds them
  /// @param seed number that fixes all of them
  /// @return an empty set of parameters
  public static Parameters random(Backend backend, long seed) {
    return new Parameters(backend, RandomStream.of(seed), "", new LinkedHashMap<>());
  }

  /// The parameters of a child.
  ///
  /// @param name the child's name; may contain dots
  /// @return a view whose names start there
  public Parameters at(String name) {
    return new Parameters(backend, random, prefix + name + ".", all);
  }

  /// Makes a parameter.
  ///
  /// @param name local name, such as `weight`
  /// @param shape its shape
  /// @param initializer how it starts
  /// @return a trainable f32 tensor
  /// @throws ShapeException if the name is taken
  public Tensor get(String name, Shape shape, Initializer initializer) {
    String full = unused(name);
    Tensor parameter = Tensor.empty(backend, shape).trainable();
    initializer.fill(parameter, random.split(full));
    all.put(full, parameter);
    return parameter;
  }

  /// Makes a buffer: a tensor that belongs to the checkpoint but is not trained.
  ///
  /// @param name local name, such as `running_mean`
  /// @param type element type
  /// @param shape its shape
  /// @param value every element at the start
  /// @return a tensor that its module writes in place
  /// @throws ShapeException if the name is taken
  public Tensor buffer(String name, DType type, Shape shape, double value) {
    String full = unused(name);
    Tensor buffer = Tensor.empty(backend, type, shape);
    backend.copy().fill(buffer, value);
    all.put(full, buffer);
    return buffer;
  }

  private String unused(String name) {
    String full = prefix + name;
    if (all.containsKey(full)) {
      throw new ShapeException("parameters: \"" + full + "\" exists already; choose another name");
    }
    return full;
  }

  /// Who holds the parameters.
  ///
  /// @return the backend
  public Backend backend() {
    return backend;
  }

  /// The parameters under this view, by name relative to it, in the order of construction.
  ///
  /// @return a new map of trainable tensors
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
  public void load(StateDict saved) throws CheckpointException {
    SequencedMap<String, Tensor> state = state();
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      saved.get(entry.getKey(), entry.getValue().shape());
    }
    saved.requireAllUsed();
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      entry.getValue().copyFrom(saved.get(entry.getKey()));
    }
  }

  /// Number of elements of all parameters under this view.
  ///
  /// @return the size of the model
  public long count() {
    return named().values().stream().mapToLong(t -> t.shape().numel()).sum();
  }
}
