package dev.jacquard.models.data;

import static java.util.Objects.requireNonNull;

import dev.jacquard.tensor.io.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes the pack Noto-32 from an unpacked npm package `emoji-datasource-google`.
///
/// Taken are the base emoji (no skin tones) that have a picture in `img/google/64`. Each is
/// composed over white and halved by the mean of 2x2 pixels. Both are done on the sRGB values as
/// they stand, as browsers and most tools do, not in linear light. The same package and JDK give
/// the same bytes.
public final class EmojiPackMaker {
  private static final LocalDateTime ZIP_EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int COLUMNS = 16; // of a sheet

  private EmojiPackMaker() {}

  /// Makes a pack.
  ///
  /// @param npmPackage the folder that holds `emoji.json` and `img/google/64`
  /// @param out the zip file to write; replaced only once the new one is complete
  /// @return number of emoji packed
  /// @throws ImageDataException if the package is not as expected
  /// @throws IOException if reading or writing fails
  public static int make(Path npmPackage, Path out) throws IOException {
    Path source = npmPackage.resolve("emoji.json");
    if (!Files.isRegularFile(source)) {
      throw new ImageDataException(
          source, "no such file; need an unpacked npm package emoji-datasource-google");
    }
    Map<String, List<EmojiJson.Source>> categories = new LinkedHashMap<>();
    for (EmojiJson.Source emoji : EmojiJson.readSource(Files.readAllBytes(source), source)) {
      categories.computeIfAbsent(emoji.category(), _ -> new ArrayList<>()).add(emoji);
    }
    List<EmojiEntry> entries = new ArrayList<>();
    Map<String, byte[]> sheets = new LinkedHashMap<>();
    for (Map.Entry<String, List<EmojiJson.Source>> category : categories.entrySet()) {
      String name = EmojiJson.sheetName(category.getKey());
      List<Picture> pictures = new ArrayList<>();
      for (EmojiJson.Source emoji : category.getValue()) {
        int x = pictures.size() % COLUMNS * EmojiPack.SIZE;
        int y = pictures.size() / COLUMNS * EmojiPack.SIZE;
        entries.add(emoji.entry(name, x, y));
        pictures.add(small(npmPackage.resolve("img/google/64").resolve(emoji.image())));
      }
      sheets.put(name, PictureFiles.toPng(sheet(pictures)));
    }
    Files.createDirectories(
        requireNonNull(out.toAbsolutePath().getParent(), "a file lies in a folder"));
    AtomicFiles.write(out, zip(entries, sheets));
    return entries.size();
  }

  private static Picture small(Path file) throws ImageDataException {
    Picture picture = ImageTransform.channels(PictureFiles.read(file), 3);
    if (picture.width() != 2 * EmojiPack.SIZE || picture.height() != 2 * EmojiPack.SIZE) {
      throw new ImageDataException(
          file, "emoji of %dx%d; need 64x64".formatted(picture.width(), picture.height()));
    }
    return halve(picture);
  }

  /// Pictures side by side, from left to right and top to bottom; white where none is left.
  private static Picture sheet(List<Picture> pictures) {
    int width = COLUMNS * EmojiPack.SIZE;
    int height = (pictures.size() + COLUMNS - 1) / COLUMNS * EmojiPack.SIZE;
    byte[] out = new byte[height * width * 3];
    Arrays.fill(out, (byte) 255);
    int rowBytes = 3 * EmojiPack.SIZE;
    for (int i = 0; i < pictures.size(); i++) {
      for (int y = 0; y < EmojiPack.SIZE; y++) {
        int to = ((i / COLUMNS * EmojiPack.SIZE + y) * COLUMNS + i % COLUMNS) * rowBytes;
        System.arraycopy(pictures.get(i).samples(), y * rowBytes, out, to, rowBytes);
      }
    }
    return new Picture(width, height, 3, out);
  }

  /// The mean of each 2x2 pixels, rounded.
  ///
  /// @param picture of even width and height
  /// @return a quarter of the pixels
  static Picture halve(Picture picture) {
    int width = picture.width() / 2;
    int height = picture.height() / 2;
    int channels = picture.channels();
    byte[] out = new byte[width * height * channels];
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++, o++) {
          int top = picture.sample(2 * x, 2 * y, c) + picture.sample(2 * x + 1, 2 * y, c);
          int below = picture.sample(2 * x, 2 * y + 1, c) + picture.sample(2 * x + 1, 2 * y + 1, c);
          out[o] = (byte) ((top + below + 2) >> 2);
        }
      }
    }
    return new Picture(width, height, channels, out);
  }

  private static byte[] zip(List<EmojiEntry> entries, Map<String, byte[]> sheets)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      deflated(zip, "NOTICE.txt", resource("noto-notice.txt"));
      deflated(zip, "LICENSE.txt", resource("apache-2.0.txt"));
      deflated(zip, EmojiPack.INDEX, EmojiJson.writeIndex(entries));
      for (Map.Entry<String, byte[]> sheet : sheets.entrySet()) {
        stored(zip, sheet.getKey(), sheet.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static void deflated(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(ZIP_EPOCH);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /// A PNG does not shrink any further.
  private static void stored(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setTimeLocal(ZIP_EPOCH);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EmojiPackMaker.class.getResourceAsStream(name)) {
      return requireNonNull(in, name).readAllBytes();
    }
  }
}
