package dev.jacquard.models.data;

import java.io.IOException;
import java.util.List;

/// A set whose pictures pass through a transform.
record TransformedSet(ImageSet source, ImageTransform transform) implements ImageSet {

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Picture image(int index) throws IOException {
    return transform.apply(source.image(index));
  }

  @Override
  public int label(int index) {
    return source.label(index);
  }

  @Override
  public List<String> labelNames() {
    return source.labelNames();
  }

  @Override
  public String name(int index) {
    return source.name(index);
  }

  @Override
  public String caption(int index) {
    return source.caption(index);
  }
}
