package dev.jacquard.jmh.jpeg;

import dev.jacquard.jpeg.Raster;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// The JDK's own reader and writer, whatever other plug-ins there are.
final class ImageIoCodec implements PeerCodec {
  private final ImageReader reader = jdk(ImageIO.getImageReadersByFormatName("jpeg"));
  private final ImageWriter writer = jdk(ImageIO.getImageWritersByFormatName("jpeg"));
  private final ImageWriteParam parameters = writer.getDefaultWriteParam();
  private final BufferedImage image;

  ImageIoCodec(Raster raster, int quality) {
    ImageIO.setUseCache(false);
    image = new BufferedImage(raster.width(), raster.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    swap(raster.samples(), bgr);
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
  }

  private static void swap(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }

  private static <T> T jdk(Iterator<T> plugIns) {
    Iterable<T> all = () -> plugIns;
    Stream<T> stream = StreamSupport.stream(all.spliterator(), false);
    return stream
        .filter(p -> p.getClass().getName().startsWith("com.sun.imageio."))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Object decode(byte[] file) throws IOException {
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
    return reader.read(0);
  }

  @Override
  public Raster rgb(Object decoded) {
    BufferedImage result = (BufferedImage) decoded;
    byte[] bgr = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
    byte[] samples = new byte[bgr.length];
    swap(bgr, samples);
    return new Raster(result.getWidth(), result.getHeight(), 3, samples);
  }

  @Override
  public byte[] encode() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    }
    return out.toByteArray();
  }
}
