package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.SequencedMap;

/// What a case hands to its operator.
///
/// @param inputs tensors by argument name, in the order of the list; trainable where gradients are
///   to be compared
/// @param attributes numbers, flags and texts by name
/// @param outputShapes shapes of the expected outputs, for operators whose attributes leave the
///   shape open
/// @param note what the list says about the case, in words
record OpArguments(
    SequencedMap<String, Tensor> inputs,
    ConfigFile attributes,
    List<Shape> outputShapes,
    String note) {

  /// An input.
  Tensor tensor(String name) throws CheckpointException {
    Tensor input = inputs.get(name);
    if (input == null) {
      throw new CheckpointException(
          "no input \"%s\"; have %s".formatted(name, inputs.keySet()), "index.json");
    }
    return input;
  }

  /// The input of operators with a single one.
  Tensor x() throws CheckpointException {
    return tensor("x");
  }

  boolean has(String input) {
    return inputs.containsKey(input);
  }

  /// An input of indices, as i32.
  Tensor ids(String name) throws CheckpointException {
    return tensor(name).to(DType.I32);
  }

  /// Whether the case has an attribute.
  boolean isGiven(String attribute) {
    return attributes.has(attribute);
  }

  int integer(String attribute) throws CheckpointException {
    return attributes.intValue(attribute);
  }

  /// An attribute, or a fallback if it is not given.
  int integer(String attribute, int fallback) throws CheckpointException {
    return isGiven(attribute) ? attributes.intValue(attribute) : fallback;
  }

  float number(String attribute) throws CheckpointException {
    return (float) attributes.doubleValue(attribute);
  }

  /// An attribute, or a fallback if it is not given.
  float number(String attribute, float fallback) throws CheckpointException {
    return isGiven(attribute) ? number(attribute) : fallback;
  }

  boolean flag(String attribute) throws CheckpointException {
    return attributes.flag(attribute, false);
  }

  String text(String attribute) throws CheckpointException {
    return attributes.text(attribute);
  }

  /// An attribute that is a whole number or a list of them.
  int[] integers(String attribute) throws CheckpointException {
    return attributes.intValues(attribute);
  }

  /// As [#integers(String)]; a single number stands for `count` equal ones, and the fallback for a
  /// missing attribute.
  int[] integers(String attribute, int count, int fallback) throws CheckpointException {
    int[] values = isGiven(attribute) ? integers(attribute) : new int[] {fallback};
    if (values.length == count) {
      return values;
    }
    int[] repeated = new int[count];
    java.util.Arrays.fill(repeated, values[0]);
    return repeated;
  }

  /// Shape of an expected output.
  Shape outputShape(int index) {
    return outputShapes.get(index);
  }
}
