package dev.jacquard.models.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A finite, ordered set of pictures, each with a name and perhaps a class.
///
/// The order is fixed by the content of the source, never by the file system. Pictures may be read
/// on demand, so [#image] can fail. Sets are safe for use by several threads.
public interface ImageSet {

  /// The number of pictures.
  ///
  /// @return at least 0
  int size();

  /// Reads a picture.
  ///
  /// @param index 0 to `size() - 1`
  /// @return the picture
  /// @throws IOException if it cannot be read; the message names the file
  /// @throws IndexOutOfBoundsException if there is no such picture
  Picture image(int index) throws IOException;

  /// Reads the first pictures.
  ///
  /// @param most how many at most
  /// @return as many, or all if there are fewer
  /// @throws IOException if one cannot be read
  default List<Picture> images(int most) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < Math.min(most, size()); i++) {
      pictures.add(image(i));
    }
    return pictures;
  }

  /// The class of a picture.
  ///
  /// @param index 0 to `size() - 1`
  /// @return index into [#labelNames], or -1 if the picture has no class
  int label(int index);

  /// The names of the classes.
  ///
  /// @return one for each label; empty if the set has none
  List<String> labelNames();

  /// The name of a picture: its path within the folder, its emoji name, its number.
  ///
  /// @param index 0 to `size() - 1`
  /// @return a name, unique within the set
  String name(int index);

  /// What a picture shows, in words.
  ///
  /// @param index 0 to `size() - 1`
  /// @return its name without folder and ending, unless the set knows more
  default String caption(int index) {
    String file = name(index).substring(name(index).lastIndexOf('/') + 1);
    return file.replaceFirst("\\.(png|jpe?g|gif|bmp|ppm|pgm)$", "");
  }

  /// This set seen through a transform, applied each time a picture is read.
  ///
  /// @param transform what to do to each picture
  /// @return a view with the same size, names and labels
  default ImageSet map(ImageTransform transform) {
    return new TransformedSet(this, transform);
  }

  /// Some pictures of this set.
  ///
  /// @param indices which, in the order wanted
  /// @return a view of `indices.length` pictures
  /// @throws IndexOutOfBoundsException if one is not in this set
  default ImageSet select(int... indices) {
    return new SelectedSet(this, indices);
  }
}
