package dev.jacquard.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A pack of 32x32 emoji pictures with names and categories, such as the bundled Noto-32.
///
/// A pack is a zip file that any program opens: for each category one PNG sheet with its emoji side
/// by side, `index.json` with an [EmojiEntry] for each in order, and the licence. [EmojiPackMaker]
/// makes it. (Sheets rather than single files, since 1,911 PNGs would take 2.7 MB, not 2.0.)
///
/// The class of an emoji is its category.
public final class EmojiPack implements ImageSet {
  /// Width and height of each picture.
  public static final int SIZE = 32;

  static final String INDEX = "index.json";
  private static final int MAX_ENTRY_BYTES = 1 << 24;

  private final List<EmojiEntry> entries;
  private final List<Picture> pictures;
  private final List<String> labelNames;

  private EmojiPack(List<EmojiEntry> entries, List<Picture> pictures) {
    this.entries = entries;
    this.pictures = pictures;
    labelNames = entries.stream().map(EmojiEntry::category).distinct().toList();
  }

  /// Reads a pack into memory.
  ///
  /// @param file the zip file
  /// @return the set, in Unicode's order
  /// @throws ImageDataException if the file is missing, damaged or no pack
  /// @throws IOException if it cannot be read
  public static EmojiPack open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ImageDataException(file, "no such pack");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<EmojiEntry> entries = EmojiJson.readIndex(read(zip, INDEX, file), file);
      if (entries.isEmpty()) {
        throw new ImageDataException(file, "the pack is empty");
      }
      Map<String, Picture> sheets = new HashMap<>();
      List<Picture> pictures = new ArrayList<>();
      for (EmojiEntry entry : entries) {
        String name = entry.sheet();
        Picture sheet = sheets.get(name);
        if (sheet == null) {
          byte[] png = read(zip, name, file);
          sheet = ImageTransform.channels(PictureFiles.read(png, file.resolve(name)), 3);
          sheets.put(name, sheet);
        }
        pictures.add(cut(entry, sheet, file));
      }
      return new EmojiPack(entries, pictures);
    } catch (ZipException e) {
      throw new ImageDataException(file, "damaged zip file (" + e.getMessage() + ")", e);
    }
  }

  private static Picture cut(EmojiEntry entry, Picture sheet, Path file) throws ImageDataException {
    boolean inside = entry.x() >= 0 && entry.x() <= sheet.width() - SIZE;
    if (!inside || entry.y() < 0 || entry.y() > sheet.height() - SIZE) {
      throw new ImageDataException(
          file,
          "emoji outside its sheet; \"%s\" at (%d, %d) in %s of %dx%d"
              .formatted(
                  entry.shortName(),
                  entry.x(),
                  entry.y(),
                  entry.sheet(),
                  sheet.width(),
                  sheet.height()));
    }
    return ImageTransform.crop(sheet, entry.x(), entry.y(), SIZE, SIZE);
  }

  static boolean isZip(byte[] start) {
    return start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3;
  }

  private static byte[] read(ZipFile zip, String name, Path file) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new ImageDataException(
          file, "no \"%s\" in the zip file; need a pack made by `pack emoji`".formatted(name));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MAX_ENTRY_BYTES);
      if (bytes.length == MAX_ENTRY_BYTES) {
        throw new ImageDataException(
            file, "\"%s\" too large; at most %d bytes".formatted(name, MAX_ENTRY_BYTES));
      }
      return bytes;
    }
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Picture image(int index) {
    return pictures.get(index);
  }

  /// What the pack says about an emoji.
  ///
  /// @param index 0 to `size() - 1`
  /// @return its names and categories
  public EmojiEntry entry(int index) {
    return entries.get(index);
  }

  @Override
  public int label(int index) {
    return labelNames.indexOf(entries.get(index).category());
  }

  @Override
  public List<String> labelNames() {
    return labelNames;
  }

  /// @return the short name, for example `grinning`
  @Override
  public String name(int index) {
    return entries.get(index).shortName();
  }

  /// @return the Unicode name in small letters, for example `grinning face`
  @Override
  public String caption(int index) {
    return entries.get(index).name().toLowerCase(Locale.ROOT);
  }
}
