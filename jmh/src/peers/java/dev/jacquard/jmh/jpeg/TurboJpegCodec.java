package dev.jacquard.jmh.jpeg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacquard.jpeg.Raster;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The TurboJPEG library; its input and output stay in native memory, as a C program has them.
final class TurboJpegCodec implements PeerCodec {
  private static final int TJSAMP_420 = 2;
  private static final int TJPF_RGB = 0;
  private static final int TJFLAG_NOREALLOC = 1024;
  private static final int TJFLAG_ACCURATEDCT = 4096;

  private final Arena arena = Arena.ofAuto();
  private final SymbolLookup library = SymbolLookup.libraryLookup("libturbojpeg.so.0", arena);
  private final MethodHandle compress =
      function(
          "tjCompress2", ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS,
          JAVA_INT, JAVA_INT, JAVA_INT);
  private final MethodHandle decompress =
      function(
          "tjDecompress2", ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
          JAVA_INT, JAVA_INT);
  private final MemorySegment compressor;
  private final MemorySegment decompressor;
  private final int width;
  private final int height;
  private final int quality;
  private final MemorySegment source;
  private final MemorySegment pixels;
  private final MemorySegment stream;
  private final MemorySegment streamAddress = arena.allocate(ADDRESS);
  private final MemorySegment streamSize = arena.allocate(JAVA_LONG);

  TurboJpegCodec(Raster raster, int quality) {
    width = raster.width();
    height = raster.height();
    this.quality = quality;
    source = arena.allocateFrom(JAVA_BYTE, raster.samples());
    pixels = arena.allocate(source.byteSize());
    stream = arena.allocate(source.byteSize() + 4096);
    streamAddress.set(ADDRESS, 0, stream);
    try {
      compressor = (MemorySegment) function("tjInitCompress").invoke();
      decompressor = (MemorySegment) function("tjInitDecompress").invoke();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private MethodHandle function(String name, MemoryLayout... arguments) {
    FunctionDescriptor type =
        arguments.length == 0
            ? FunctionDescriptor.of(ADDRESS)
            : FunctionDescriptor.of(JAVA_INT, arguments);
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  @Override
  public Object decode(byte[] file) throws IOException {
    MemorySegment.copy(file, 0, stream, JAVA_BYTE, 0, file.length);
    try {
      int failed =
          (int)
              decompress.invoke(
                  decompressor,
                  stream,
                  (long) file.length,
                  pixels,
                  width,
                  0,
                  height,
                  TJPF_RGB,
                  TJFLAG_ACCURATEDCT);
      check(failed);
    } catch (Throwable e) {
      throw new IOException(e);
    }
    return pixels;
  }

  @Override
  public Raster rgb(Object decoded) {
    return new Raster(width, height, 3, ((MemorySegment) decoded).toArray(JAVA_BYTE));
  }

  @Override
  public byte[] encode() throws IOException {
    streamSize.set(JAVA_LONG, 0, stream.byteSize());
    try {
      int failed =
          (int)
              compress.invoke(
                  compressor,
                  source,
                  width,
                  0,
                  height,
                  TJPF_RGB,
                  streamAddress,
                  streamSize,
                  TJSAMP_420,
                  quality,
                  TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC);
      check(failed);
    } catch (Throwable e) {
      throw new IOException(e);
    }
    return stream.asSlice(0, streamSize.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
  }

  private static void check(int failed) throws IOException {
    if (failed != 0) {
      throw new IOException("turbojpeg: failed");
    }
  }
}
