package dev.jacquard.tensor.shape;

/// Where a tensor's memory lies.
///
/// @param kind `"cpu"`, `"cuda"`, ...
/// @param index number of the device among its kind, from 0
public record Device(String kind, int index) {
  /// Host memory.
  public static final Device CPU = new Device("cpu", 0);

  @Override
  public String toString() {
    return kind + ":" + index;
  }
}
