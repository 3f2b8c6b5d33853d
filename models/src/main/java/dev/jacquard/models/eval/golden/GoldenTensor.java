package dev.jacquard.models.eval.golden;

/// Names one expected tensor.
///
/// @param file the file that holds it, for example `cases.safetensors`
/// @param name its key there
public record GoldenTensor(String file, String name) {
  @Override
  public String toString() {
    return file + " " + name;
  }
}
