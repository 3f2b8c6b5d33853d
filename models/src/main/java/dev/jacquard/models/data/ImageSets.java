package dev.jacquard.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens whatever picture data lies at a path.
public final class ImageSets {
  private ImageSets() {}

  /// Opens a folder of IDX files, a folder of pictures, a pack, or an IDX file.
  ///
  /// @param path a file or folder
  /// @return the set
  /// @throws ImageDataException if nothing is there, or nothing that is known
  /// @throws IOException if it cannot be read
  public static ImageSet open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return IdxSet.isIdxFolder(path) ? IdxSet.open(path) : ImageFolderSet.open(path);
    }
    if (!Files.exists(path)) {
      throw new ImageDataException(path, "no such file or folder");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(4);
    }
    if (EmojiPack.isZip(start)) {
      return EmojiPack.open(path);
    }
    if (IdxSet.isIdx(start) || Gzip.isGzip(start)) {
      return IdxSet.open(path);
    }
    throw new ImageDataException(
        path,
        "no picture data; need a folder of pictures, IDX files as of MNIST, or a pack (.zip)");
  }
}
