package dev.jacquard.jpeg.imageio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.EncoderOptions;
import dev.jacquard.jpeg.EntropyCoding;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.jpeg.JpegEncoder;
import dev.jacquard.jpeg.JpegException;
import dev.jacquard.jpeg.MarkerSegment;
import dev.jacquard.jpeg.Raster;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.jpeg.ScanScript;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/// The plug-in reads and writes what the JDK's own reads and writes.
class JpegImageIoTest {
  private static final String STANDARD = "javax_imageio_1.0";

  private static Raster picture(int width, int height, int components) {
    byte[] samples = new byte[width * height * components];
    for (int i = 0; i < samples.length; i++) {
      int x = i / components % width;
      int y = i / components / width;
      int c = i % components;
      samples[i] = (byte) (128 + 120 * Math.sin(x * (0.1 + 0.03 * c) + y * 0.07 * (c - 1)));
    }
    return new Raster(width, height, components, samples);
  }

  private static ImageReader reader(byte[] file, boolean ours) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader instanceof JpegImageReader == ours) {
        reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)));
        return reader;
      }
    }
    throw new AssertionError("no such reader");
  }

  private static BufferedImage read(byte[] file, boolean ours, ImageReadParam param)
      throws IOException {
    return reader(file, ours).read(0, param);
  }

  private static int[] pixels(BufferedImage image) {
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }

  /// The tree with its attributes in alphabetical order.
  private static String tree(Node node) {
    StringBuilder text = new StringBuilder(node.getNodeName());
    NamedNodeMap attributes = node.getAttributes();
    TreeMap<String, String> sorted = new TreeMap<>();
    for (int i = 0; i < attributes.getLength(); i++) {
      sorted.put(attributes.item(i).getNodeName(), attributes.item(i).getNodeValue());
    }
    text.append(sorted).append('(');
    for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      text.append(tree(child)).append(' ');
    }
    return text.append(')').toString();
  }

  @Test
  void imageIoReadsWithThisCodec() throws IOException {
    assertThat(ImageIO.getImageReadersByFormatName("jpeg").next())
        .isInstanceOf(JpegImageReader.class);
    assertThat(ImageIO.getImageReadersByMIMEType("image/jpeg").next())
        .isInstanceOf(JpegImageReader.class);
    assertThat(ImageIO.getImageReadersBySuffix("jpg").next()).isInstanceOf(JpegImageReader.class);
    // arithmetic coding, which the JDK's reader does not know
    EncoderOptions options = EncoderOptions.defaults().withCoding(EntropyCoding.ARITHMETIC);
    byte[] file = new JpegEncoder(options).encode(picture(30, 20, 3));
    assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth()).isEqualTo(30);
    assertThatThrownBy(() -> read(file, false, null)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(Sampling.class)
  void pixelsAndTypesEqualThoseOfTheJdk(Sampling sampling) throws IOException {
    for (int components : new int[] {1, 3}) {
      for (ScanScript script : List.of(ScanScript.sequential(), ScanScript.progressive())) {
        EncoderOptions options =
            EncoderOptions.defaults().withQuality(85).withSampling(sampling).withScript(script);
        byte[] file = new JpegEncoder(options).encode(picture(61, 47, components));
        BufferedImage ours = read(file, true, null);
        BufferedImage theirs = read(file, false, null);
        assertThat(ours.getType()).isEqualTo(theirs.getType());
        int[] a = pixels(ours);
        int[] b = pixels(theirs);
        int most = 0;
        for (int i = 0; i < a.length; i++) {
          for (int shift = 0; shift < 24; shift += 8) {
            most = Math.max(most, Math.abs((a[i] >> shift & 255) - (b[i] >> shift & 255)));
          }
        }
        // the JDK's library repeats rows where only the height is halved
        int allowed = sampling == Sampling.S440 && components == 3 ? 24 : 0;
        assertThat(most).as("%s, %d components", sampling, components).isLessThanOrEqualTo(allowed);
      }
    }
  }

  @Test
  void partsAndSubsamplingEqualThoseOfTheJdk() throws IOException {
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(picture(61, 47, 3));
    List<BufferedImage> images = new ArrayList<>();
    for (boolean ours : new boolean[] {true, false}) {
      ImageReadParam param = reader(file, ours).getDefaultReadParam();
      param.setSourceRegion(new Rectangle(7, 5, 40, 33));
      param.setSourceSubsampling(3, 2, 1, 1);
      images.add(read(file, ours, param));
      ImageReadParam into = reader(file, ours).getDefaultReadParam();
      into.setDestination(new BufferedImage(70, 70, BufferedImage.TYPE_3BYTE_BGR));
      into.setDestinationOffset(new java.awt.Point(4, 9));
      images.add(read(file, ours, into));
    }
    for (int i = 0; i < 2; i++) {
      assertThat(images.get(i).getWidth()).isEqualTo(images.get(i + 2).getWidth());
      assertThat(pixels(images.get(i))).isEqualTo(pixels(images.get(i + 2)));
    }
  }

  @Test
  void standardMetadataEqualThoseOfTheJdk() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (int components : new int[] {1, 3}) {
      EncoderOptions options = EncoderOptions.defaults();
      files.add(new JpegEncoder(options).encode(picture(20, 20, components)));
      byte[] dense = files.getLast().clone();
      dense[13] = 1; // 300 x 150 dots per inch
      dense[14] = 1;
      dense[15] = 44;
      dense[17] = (byte) 150;
      files.add(dense);
      byte[] wide = dense.clone();
      wide[13] = 0; // no unit: only the ratio counts
      files.add(wide);
      List<MarkerSegment> comments =
          List.of(MarkerSegment.comment("first"), MarkerSegment.comment("second"));
      EncoderOptions commented =
          options
              .withScript(ScanScript.progressive())
              .withStream(options.stream().withSegments(comments));
      files.add(new JpegEncoder(commented).encode(picture(20, 20, components)));
    }
    EncoderOptions rgb = EncoderOptions.defaults().withColors(EncoderOptions.Colors.RGB);
    files.add(new JpegEncoder(rgb).encode(picture(20, 20, 3)));
    for (byte[] file : files) {
      String ours = tree(reader(file, true).getImageMetadata(0).getAsTree(STANDARD));
      String theirs = tree(reader(file, false).getImageMetadata(0).getAsTree(STANDARD));
      assertThat(ours.toLowerCase()).isEqualTo(theirs.toLowerCase());
    }
  }

  @Test
  void metadataTellTheOrientation() throws IOException {
    EncoderOptions options = EncoderOptions.defaults();
    List<MarkerSegment> segments = List.of(MarkerSegment.orientation(6));
    options = options.withStream(options.stream().withSegments(segments));
    byte[] file = new JpegEncoder(options).encode(picture(20, 20, 3));
    IIOMetadata metadata = reader(file, true).getImageMetadata(0);
    assertThat(tree(metadata.getAsTree(STANDARD)))
        .contains("ImageOrientation{value=Rotate270}"); // anticlockwise
    assertThatThrownBy(() -> metadata.getAsTree("other"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsInksAndDeepPictures() throws IOException {
    byte[] inks = new JpegEncoder(EncoderOptions.defaults()).encode(picture(20, 16, 4));
    Raster rgb = new JpegDecoder(DecoderOptions.defaults()).decode(inks).raster().toRgb();
    int first = ImageIO.read(new ByteArrayInputStream(inks)).getRGB(0, 0);
    assertThat(first >> 16 & 255).isEqualTo(rgb.sample(0, 0, 0));
    try (InputStream in = JpegImageIoTest.class.getResourceAsStream("/golden/deep/l167.jpg")) {
      byte[] file = Objects.requireNonNull(in).readAllBytes();
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      int expected = new JpegDecoder(DecoderOptions.defaults()).decodeDeep(file).sample(3, 2, 0);
      assertThat(image.getRaster().getSample(3, 2, 0)).isEqualTo(expected);
      assertThat(image.getColorModel().getComponentSize(0)).isEqualTo(16);
    }
  }

  @Test
  void convertsFromTheColourSpaceOfAProfile() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    EncoderOptions options = EncoderOptions.defaults();
    Raster raster = picture(20, 16, 3);
    int[] plain = pixels(read(new JpegEncoder(options).encode(raster), true, null));
    for (byte[] data : List.of(profile, new byte[300])) {
      List<MarkerSegment> segments = MarkerSegment.iccProfile(data);
      EncoderOptions with = options.withStream(options.stream().withSegments(segments));
      byte[] file = new JpegEncoder(with).encode(raster);
      int[] ours = pixels(read(file, true, null));
      assertThat(ours).isEqualTo(pixels(read(file, false, null)));
      assertThat(Arrays.equals(ours, plain)).isEqualTo(data != profile);
      ImageReader reader = reader(file, true);
      Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
      ImageTypeSpecifier last = types.next();
      while (types.hasNext()) {
        last = types.next();
      }
      ImageReadParam param = reader.getDefaultReadParam();
      param.setDestinationType(last);
      BufferedImage kept = reader.read(0, param);
      assertThat(kept.getColorModel().getColorSpace().isCS_sRGB()).isEqualTo(data != profile);
      int first = kept.getRaster().getSample(0, 0, 0);
      assertThat(first).isEqualTo(plain[0] >> 16 & 0xFF);
    }
  }

  @Test
  void brokenFilesGiveWarningsOrExceptions() throws IOException {
    byte[] file = new JpegEncoder(EncoderOptions.defaults()).encode(picture(40, 30, 3));
    ImageReader reader = reader(Arrays.copyOf(file, file.length - 20), true);
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
    assertThat(reader.read(0).getHeight()).isEqualTo(30);
    assertThat(warnings).isNotEmpty().first().asString().contains("T.81");
    assertThatThrownBy(() -> reader(Arrays.copyOf(file, 40), true).read(0))
        .isInstanceOf(JpegException.class);
    assertThatThrownBy(() -> reader(file, true).read(1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static byte[] write(BufferedImage image, IIOMetadata metadata, boolean progressive)
      throws IOException {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    ImageWriter writer = writers.next();
    while (!(writer instanceof JpegImageWriter)) {
      writer = writers.next();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.9f);
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.write(null, new IIOImage(image, null, metadata), param);
    }
    return bytes.toByteArray();
  }

  @Test
  void writesWhatTheEncoderWrites() throws IOException {
    Raster raster = picture(33, 21, 3);
    BufferedImage image = new BufferedImage(33, 21, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 33 * 21; i++) {
      int x = i % 33;
      int y = i / 33;
      int rgb = raster.sample(x, y, 0) << 16 | raster.sample(x, y, 1) << 8;
      image.setRGB(x, y, rgb | raster.sample(x, y, 2));
    }
    EncoderOptions options = EncoderOptions.defaults().withQuality(90);
    assertThat(write(image, null, false)).isEqualTo(new JpegEncoder(options).encode(raster));
    assertThat(write(image, null, true))
        .isEqualTo(new JpegEncoder(options.withScript(ScanScript.progressive())).encode(raster));
    byte[] read = write(image, null, false);
    assertThat(pixels(read(read, false, null))).isEqualTo(pixels(read(read, true, null)));
  }

  @Test
  void writesGreyImagesAndComments() throws IOException {
    Raster raster = picture(33, 21, 1);
    BufferedImage image = new BufferedImage(33, 21, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, 33, 21, raster.samples());
    EncoderOptions options = EncoderOptions.defaults().withQuality(90);
    assertThat(write(image, null, false)).isEqualTo(new JpegEncoder(options).encode(raster));
    options =
        options.withStream(
            options.stream().withSegments(List.of(MarkerSegment.comment("a comment"))));
    byte[] commented = new JpegEncoder(options).encode(raster);
    IIOMetadata metadata = reader(commented, false).getImageMetadata(0);
    assertThat(write(image, metadata, false)).isEqualTo(commented);
  }

  @Test
  void refusesTransparency() {
    BufferedImage image = new BufferedImage(3, 3, BufferedImage.TYPE_INT_ARGB);
    assertThatThrownBy(() -> write(image, null, false)).hasMessageContaining("transparency");
  }
}
