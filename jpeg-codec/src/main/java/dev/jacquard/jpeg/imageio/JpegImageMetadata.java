package dev.jacquard.jpeg.imageio;

import dev.jacquard.jpeg.ColorModel;
import dev.jacquard.jpeg.JpegHeader;
import dev.jacquard.jpeg.MarkerSegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/// What a JPEG stream says about its picture, in the standard form of Image I/O
/// (`javax_imageio_1.0`). Read-only.
final class JpegImageMetadata extends IIOMetadata {
  private static final String[] ORIENTATIONS = {
    "Normal",
    "FlipH",
    "Rotate180",
    "FlipV",
    "FlipHRotate90",
    "Rotate270",
    "FlipVRotate90",
    "Rotate90"
  };
  private static final int APP0 = 0xE0;
  private static final int JFIF_BYTES = 14;

  private final ColorModel colors;
  private final boolean lossless;
  private final int scans;
  private final int orientation;
  private final List<String> comments;
  // of the JFIF segment, if there is one: unit, horizontal and vertical density
  private final int[] density;

  private JpegImageMetadata(
      ColorModel colors,
      boolean lossless,
      int scans,
      int orientation,
      List<String> comments,
      int[] density) {
    super(true, null, null, null, null);
    this.colors = colors;
    this.lossless = lossless;
    this.scans = scans;
    this.orientation = orientation;
    this.comments = comments;
    this.density = density;
  }

  /// The metadata of a stream.
  ///
  /// @param scans how many it has
  static JpegImageMetadata of(JpegHeader header, int scans) {
    int[] density = {};
    for (MarkerSegment segment : header.metadata().segments()) {
      byte[] data = segment.data();
      if (segment.marker() == APP0 && data.length >= JFIF_BYTES && startsWithJfif(data)) {
        ByteBuffer jfif = ByteBuffer.wrap(data);
        density = new int[] {data[7], jfif.getShort(8) & 0xFFFF, jfif.getShort(10) & 0xFFFF};
      }
    }
    return new JpegImageMetadata(
        header.colors(),
        header.isLossless(),
        scans,
        header.metadata().orientation(),
        header.metadata().comments(),
        density);
  }

  private static boolean startsWithJfif(byte[] data) {
    return new String(data, 0, 5, StandardCharsets.ISO_8859_1).equals("JFIF\0");
  }

  /// What a writer puts into a stream by itself.
  ///
  /// @param comments to be written
  static JpegImageMetadata ofWriter(boolean grey, List<String> comments) {
    ColorModel colors = grey ? ColorModel.GREY : ColorModel.YCC;
    return new JpegImageMetadata(colors, false, 1, 1, comments, new int[] {0, 1, 1});
  }

  /// The comments of any metadata: texts with the keyword `comment` or none.
  static List<String> comments(@Nullable IIOMetadata metadata) {
    List<String> texts = new ArrayList<>();
    if (metadata != null && metadata.isStandardMetadataFormatSupported()) {
      Node root = metadata.getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
      NodeList entries = ((IIOMetadataNode) root).getElementsByTagName("TextEntry");
      for (int i = 0; i < entries.getLength(); i++) {
        IIOMetadataNode entry = (IIOMetadataNode) entries.item(i);
        String keyword = entry.getAttribute("keyword").toLowerCase(Locale.ROOT);
        if (keyword.isEmpty() || keyword.equals("comment")) {
          texts.add(entry.getAttribute("value"));
        }
      }
    }
    return texts;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public Node getAsTree(String formatName) {
    if (!formatName.equals(IIOMetadataFormatImpl.standardMetadataFormatName)) {
      throw new IllegalArgumentException(
          "jpeg metadata: unknown format; " + formatName + "; need javax_imageio_1.0");
    }
    return getStandardTree();
  }

  @Override
  public void mergeTree(String formatName, Node root) {
    throw new IllegalStateException("jpeg metadata: read-only");
  }

  @Override
  public void reset() {
    throw new IllegalStateException("jpeg metadata: read-only");
  }

  private static IIOMetadataNode value(IIOMetadataNode parent, String name, String value) {
    IIOMetadataNode node = new IIOMetadataNode(name);
    node.setAttribute("value", value);
    parent.appendChild(node);
    return node;
  }

  @Override
  protected IIOMetadataNode getStandardChromaNode() {
    IIOMetadataNode chroma = new IIOMetadataNode("Chroma");
    IIOMetadataNode space = new IIOMetadataNode("ColorSpaceType");
    chroma.appendChild(space);
    space.setAttribute(
        "name",
        switch (colors) {
          case GREY -> "GRAY";
          case YCC -> "YCbCr";
          case RGB -> "RGB";
          case CMYK -> "CMYK";
          case YCCK -> "YCCK";
          case OTHER -> "2CLR";
        });
    int channels =
        switch (colors) {
          case GREY -> 1;
          case OTHER -> 2;
          case YCC, RGB -> 3;
          case CMYK, YCCK -> 4;
        };
    value(chroma, "NumChannels", Integer.toString(channels));
    return chroma;
  }

  @Override
  protected IIOMetadataNode getStandardCompressionNode() {
    IIOMetadataNode compression = new IIOMetadataNode("Compression");
    value(compression, "CompressionTypeName", "JPEG");
    value(compression, "Lossless", lossless ? "TRUE" : "FALSE");
    value(compression, "NumProgressiveScans", Integer.toString(scans));
    return compression;
  }

  @Override
  protected IIOMetadataNode getStandardDimensionNode() {
    IIOMetadataNode dimension = new IIOMetadataNode("Dimension");
    boolean known = density.length > 0 && density[1] > 0 && density[2] > 0;
    if (known) {
      float ratio = (float) density[2] / density[1]; // width to height of a pixel
      // without a unit the numbers are the ratio itself, as the JDK has it
      value(dimension, "PixelAspectRatio", Float.toString(density[0] == 0 ? 1 / ratio : ratio));
    }
    value(dimension, "ImageOrientation", ORIENTATIONS[orientation - 1]);
    if (known && density[0] != 0) {
      float millimetres = density[0] == 1 ? 25.4f : 10; // in a unit of the density
      value(dimension, "HorizontalPixelSize", Float.toString(millimetres / density[1]));
      value(dimension, "VerticalPixelSize", Float.toString(millimetres / density[2]));
    }
    return dimension;
  }

  @Override
  protected @Nullable IIOMetadataNode getStandardTextNode() {
    if (comments.isEmpty()) {
      return null;
    }
    IIOMetadataNode text = new IIOMetadataNode("Text");
    for (String comment : comments) {
      IIOMetadataNode entry = value(text, "TextEntry", comment);
      entry.setAttribute("keyword", "comment");
    }
    return text;
  }
}
