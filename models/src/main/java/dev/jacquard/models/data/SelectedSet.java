package dev.jacquard.models.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/// Some pictures of another set, in a given order.
final class SelectedSet implements ImageSet {
  private final ImageSet source;
  private final int[] indices;

  SelectedSet(ImageSet source, int[] indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int index : indices) {
      Objects.checkIndex(index, source.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Picture image(int index) throws IOException {
    return source.image(indices[index]);
  }

  @Override
  public int label(int index) {
    return source.label(indices[index]);
  }

  @Override
  public List<String> labelNames() {
    return source.labelNames();
  }

  @Override
  public String name(int index) {
    return source.name(indices[index]);
  }

  @Override
  public String caption(int index) {
    return source.caption(indices[index]);
  }
}
