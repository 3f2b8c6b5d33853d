package dev.jacquard.tensor.io.zip;

import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.MappedFile;
import dev.jacquard.tensor.io.Names;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The list of contents of a zip file, which `java.util.zip` gives without the places that mapping
/// needs. Contents are stored or deflated; sizes may have 64 bits.
///
/// Refused are encrypted and overlapping items, names that come twice or could leave a folder, and
/// sizes that deflate cannot reach, so that a small file does not become a large one.
///
/// Source: PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16 and 4.5.3.
public final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int DIRECTORY_ENTRY = 0x02014b50;
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int DIRECTORY_ENTRY_BYTES = 46;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final long IN_EXTRA = 0xffffffffL; // the number stands in the extra field
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;
  private static final int EXTRA_64 = 1;
  private static final int MAX_RATIO = 1032; // of deflate: 258 bytes take at least 2 bits
  private static final long FREE_BYTES = 64 << 20; // what may always be unpacked
  private static final int USUAL_RATIO = 100; // of a whole file

  private final MappedFile file;
  private final FileCursor cursor;
  private final SequencedMap<String, ZipItem> items = new LinkedHashMap<>();

  private ZipDirectory(MappedFile file) {
    this.file = file;
    this.cursor = new FileCursor(file);
  }

  /// Reads the directory.
  ///
  /// @param file a zip file
  /// @return what it contains
  /// @throws CheckpointException if it is malformed or suspicious
  public static ZipDirectory read(MappedFile file) throws CheckpointException {
    ZipDirectory directory = new ZipDirectory(file);
    directory.readAll();
    directory.checkOverlap();
    directory.checkTotal();
    return directory;
  }

  /// What the file contains.
  ///
  /// @return unmodifiable, by name, in the order of the directory
  public SequencedMap<String, ZipItem> items() {
    return Collections.unmodifiableSequencedMap(items);
  }

  /// The contents of an item.
  ///
  /// @param item one of [#items()]
  /// @return a view of the file, or an unpacked copy if the item is deflated
  /// @throws CheckpointException if it cannot be unpacked or, when it is, its checksum is wrong
  public MemorySegment contents(ZipItem item) throws CheckpointException {
    MemorySegment stored = file.bytes().asSlice(item.offsetBytes(), item.storedBytes());
    if (!item.isDeflated()) {
      return stored;
    }
    MemorySegment unpacked = MemorySegment.ofArray(inflate(item, stored, (int) item.bytes()));
    checkCrc(item, unpacked);
    return unpacked;
  }

  /// The first bytes of an item, for its header.
  ///
  /// @param item one of [#items()]
  /// @param length how many bytes; fewer come if the item is shorter
  /// @return a view of the file, or an unpacked copy if the item is deflated
  /// @throws CheckpointException if it cannot be unpacked
  public MemorySegment start(ZipItem item, int length) throws CheckpointException {
    MemorySegment stored = file.bytes().asSlice(item.offsetBytes(), item.storedBytes());
    int count = (int) Math.min(length, item.bytes());
    return item.isDeflated()
        ? MemorySegment.ofArray(inflate(item, stored, count))
        : stored.asSlice(0, count);
  }

  /// Checks contents against the directory. Not done for items used in place: it reads them all.
  ///
  /// @param item one of [#items()]
  /// @param contents its contents
  /// @throws CheckpointException if they were damaged
  public void checkCrc(ZipItem item, MemorySegment contents) throws CheckpointException {
    CRC32 crc = new CRC32();
    crc.update(contents.asByteBuffer());
    if (crc.getValue() != item.crc()) {
      throw file.problem(
          "damaged: \"%s\" has checksum %08x; need %08x"
              .formatted(Names.shortened(item.name()), crc.getValue(), item.crc()),
          item.offsetBytes());
    }
  }

  private byte[] inflate(ZipItem item, MemorySegment stored, int length)
      throws CheckpointException {
    byte[] unpacked = new byte[length];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(stored.asByteBuffer());
      int count = 0;
      while (count < unpacked.length) {
        int more = inflater.inflate(unpacked, count, unpacked.length - count);
        if (more == 0) {
          throw file.problem(
              "\"%s\" ends after %d bytes; need %d"
                  .formatted(Names.shortened(item.name()), count, unpacked.length),
              item.offsetBytes());
        }
        count += more;
      }
      return unpacked;
    } catch (DataFormatException e) {
      throw file.problem(
          "\"%s\" is no deflated data; %s".formatted(Names.shortened(item.name()), e.getMessage()),
          item.offsetBytes());
    } finally {
      inflater.end();
    }
  }

  private void readAll() throws CheckpointException {
    long end = findEnd();
    cursor.seek(end + 10); // past signature and numbers of disks
    long count = cursor.u16();
    cursor.u32(); // size of the directory
    long from = cursor.u32();
    if (end >= LOCATOR_64_BYTES) {
      cursor.seek(end - LOCATOR_64_BYTES);
      if (cursor.i32() == LOCATOR_64) {
        cursor.i32(); // number of the disk
        cursor.seek(cursor.i64());
        requireSignature(END_64, "the 64-bit end of its directory");
        cursor.slice(28); // size, versions, disks, entries on this disk
        count = cursor.i64();
        cursor.i64(); // size of the directory
        from = cursor.i64();
      }
    }
    cursor.seek(from);
    int entries = cursor.count("number of files in the zip file", count, DIRECTORY_ENTRY_BYTES);
    for (int i = 0; i < entries; i++) {
      readEntry();
    }
  }

  /// The record at the end of the file, which a comment may follow.
  private long findEnd() throws CheckpointException {
    long last = file.size() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
      cursor.seek(at);
      if (cursor.i32() == END) {
        return at;
      }
    }
    throw file.problem("truncated zip file: its directory is missing", file.size());
  }

  private void readEntry() throws CheckpointException {
    long start = cursor.position();
    requireSignature(DIRECTORY_ENTRY, "an entry of its directory");
    cursor.i32(); // versions
    int flags = cursor.u16();
    int method = cursor.u16();
    cursor.i32(); // time
    long crc = cursor.u32();
    long storedBytes = cursor.u32();
    long bytes = cursor.u32();
    int nameBytes = cursor.u16();
    int extraBytes = cursor.u16();
    int commentBytes = cursor.u16();
    cursor.i64(); // disk and attributes
    long local = cursor.u32();
    String name = cursor.text(nameBytes);
    checkName(name, start);
    long extraEnd = cursor.position() + extraBytes;
    if (bytes == IN_EXTRA || storedBytes == IN_EXTRA || local == IN_EXTRA) {
      findExtra64(extraEnd);
      bytes = bytes == IN_EXTRA ? cursor.i64() : bytes;
      storedBytes = storedBytes == IN_EXTRA ? cursor.i64() : storedBytes;
      local = local == IN_EXTRA ? cursor.i64() : local;
    }
    cursor.seek(extraEnd + commentBytes);
    if ((flags & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
      throw cursor.problemAt(
          "\"%s\" is encrypted or compressed by method %d; need stored or deflated"
              .formatted(Names.shortened(name), method),
          start);
    }
    add(new ZipItem(name, method == DEFLATED, crc, storedBytes, bytes, local), start);
  }

  private void findExtra64(long end) throws CheckpointException {
    while (cursor.position() < end) {
      int id = cursor.u16();
      int size = cursor.u16();
      if (id == EXTRA_64) {
        return;
      }
      cursor.slice(size);
    }
    throw cursor.problem("the zip file lacks a 64-bit size");
  }

  private void checkName(String name, long at) throws CheckpointException {
    boolean leaves = name.startsWith("/") || List.of(name.split("/", -1)).contains("..");
    if (name.isEmpty() || leaves || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      throw cursor.problemAt(
          "suspicious name in the zip file; \"%s\"".formatted(Names.shortened(name)), at);
    }
  }

  /// @param item with the place of the local header for that of its contents
  private void add(ZipItem item, long at) throws CheckpointException {
    String name = Names.shortened(item.name());
    if (!item.isDeflated() && item.bytes() != item.storedBytes()) {
      throw cursor.problemAt("\"%s\" has two sizes in the zip file".formatted(name), at);
    }
    if (item.isDeflated()
        && (item.bytes() > Integer.MAX_VALUE - 8
            || item.bytes() / MAX_RATIO > item.storedBytes() + 1)) {
      throw cursor.problemAt(
          "\"%s\" cannot unpack from %d to %d bytes"
              .formatted(name, item.storedBytes(), item.bytes()),
          at);
    }
    long next = cursor.position();
    cursor.seek(item.offsetBytes());
    requireSignature(LOCAL_HEADER, "a header before \"" + name + "\"");
    cursor.slice(22); // the same as in the directory, or nothing
    long from = item.offsetBytes() + LOCAL_HEADER_BYTES + cursor.u16() + cursor.u16();
    cursor.seek(from);
    cursor.slice(item.storedBytes());
    cursor.seek(next);
    ZipItem placed =
        new ZipItem(
            item.name(), item.isDeflated(), item.crc(), item.storedBytes(), item.bytes(), from);
    if (items.putIfAbsent(item.name(), placed) != null) {
      throw cursor.problemAt("two files of one name in the zip file; \"%s\"".formatted(name), at);
    }
  }

  private void checkOverlap() throws CheckpointException {
    List<ZipItem> byPlace = new ArrayList<>(items.values());
    byPlace.sort(Comparator.comparingLong(ZipItem::offsetBytes));
    long free = 0;
    for (ZipItem item : byPlace) {
      if (item.offsetBytes() - LOCAL_HEADER_BYTES < free) {
        throw file.problem(
            "\"%s\" overlaps another file in the zip file".formatted(Names.shortened(item.name())),
            item.offsetBytes());
      }
      free = item.offsetBytes() + item.storedBytes();
    }
  }

  private void checkTotal() throws CheckpointException {
    double unpacked =
        items.values().stream().filter(ZipItem::isDeflated).mapToDouble(ZipItem::bytes).sum();
    if (unpacked > FREE_BYTES + (double) USUAL_RATIO * file.size()) {
      throw file.problem(
          "zip file of %d bytes would unpack to %.0f".formatted(file.size(), unpacked), 0);
    }
  }

  private void requireSignature(int signature, String what) throws CheckpointException {
    long at = cursor.position();
    if (cursor.i32() != signature) {
      throw cursor.problemAt("no zip file, or damaged: need %s here".formatted(what), at);
    }
  }
}
