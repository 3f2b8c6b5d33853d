package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Which scans an encoder cuts a picture into, and whether it is progressive. Immutable.
public final class ScanScript {
  private static final ScanScript SEQUENTIAL = new ScanScript(false, null);
  private static final ScanScript PROGRESSIVE = new ScanScript(true, null);

  private static final Pattern SCAN =
      Pattern.compile(
          "(\\d+(?:[\\s,]+\\d+)*)(?:\\s*:\\s*(\\d+)\\s*-\\s*(\\d+)[\\s,]+(\\d+)[\\s,]+(\\d+))?");

  private final boolean progressive;
  // null for those of libjpeg, which depend on the frame
  private final @Nullable List<ScanPlan> plans;

  private ScanScript(boolean progressive, @Nullable List<ScanPlan> plans) {
    this.progressive = progressive;
    this.plans = plans;
  }

  /// One scan with everything.
  ///
  /// @return the script of `cjpeg` without options
  public static ScanScript sequential() {
    return SEQUENTIAL;
  }

  /// The progression that libjpeg recommends: ten scans for YCbCr, first DC and the lowest
  /// frequencies of luminance, last the lowest bit of luminance.
  ///
  /// @return the script of `cjpeg -progressive`
  public static ScanScript progressive() {
    return PROGRESSIVE;
  }

  /// Reads a script in the language of `cjpeg -scans`: scans as `components: Ss-Se, Ah, Al;` with
  /// components counted from 0; without the part after the colon, a sequential scan. What follows
  /// `#` in a line is left out.
  ///
  /// @param text the script
  /// @return the script
  /// @throws IllegalArgumentException if it cannot be read or no decoder could follow it
  public static ScanScript parse(String text) {
    List<ScanPlan> plans = new ArrayList<>();
    for (String scan : text.replaceAll("#.*", "").split(";", -1)) {
      if (!scan.isBlank()) {
        plans.add(parseScan(scan.strip()));
      }
    }
    if (plans.isEmpty()) {
      throw new IllegalArgumentException(
          "scan script: no scans; \"" + text + "\"; need at least 1");
    }
    boolean progressive = !plans.getFirst().band().equals(Band.ALL);
    ScanScript script = new ScanScript(progressive, List.copyOf(plans));
    script.validate(plans);
    return script;
  }

  private static ScanPlan parseScan(String text) {
    Matcher matcher = SCAN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "scan script: no scan; \"" + text + "\"; need \"components: Ss-Se, Ah, Al\"");
    }
    List<Integer> components =
        Arrays.stream(matcher.group(1).split("[\\s,]+")).map(Integer::valueOf).toList();
    if (matcher.group(2) == null) {
      return new ScanPlan(components, Band.ALL);
    }
    int[] p = IntStream.rangeClosed(2, 5).map(i -> Integer.parseInt(matcher.group(i))).toArray();
    return new ScanPlan(components, new Band(p[0], p[1], p[2], p[3]));
  }

  /// Checks what does not depend on the frame (T.81 B.2.3, G.1.1.1).
  private void validate(List<ScanPlan> scans) {
    int[][] known = new int[4][64];
    for (int[] row : known) {
      Arrays.fill(row, Progression.UNKNOWN);
    }
    for (ScanPlan scan : scans) {
      Band band = scan.band();
      List<Integer> c = scan.components();
      boolean rising = IntStream.range(1, c.size()).allMatch(i -> c.get(i - 1) < c.get(i));
      boolean fits =
          progressive ? band.isProgressive(c.size()) && band.al() <= 10 : band.equals(Band.ALL);
      if (!rising || c.getLast() > 3 || !fits || !continues(scan, known)) {
        throw new IllegalArgumentException(
            "scan script: scan out of place; components %s, %s; need T.81 G.1.1.1"
                .formatted(c, band));
      }
    }
  }

  private static boolean continues(ScanPlan scan, int[][] known) {
    Band band = scan.band();
    boolean ok = true;
    for (int c : scan.components()) {
      int[] al = known[Math.min(c, 3)];
      ok &= band.hasDc() || al[0] != Progression.UNKNOWN;
      for (int k = band.ss(); k <= band.se(); k++) {
        boolean first = al[k] == Progression.UNKNOWN;
        ok &= first ? band.ah() == 0 : band.ah() > 0 && band.ah() == al[k];
        al[k] = band.al();
      }
    }
    return ok;
  }

  /// Whether the frame is a progressive one.
  boolean isProgressive() {
    return progressive;
  }

  /// The scans for a frame.
  ///
  /// @throws IllegalArgumentException if the script does not bring all components of the frame
  List<ScanPlan> plans(Frame frame, ColorModel model) {
    int n = frame.components().size();
    List<Integer> all = IntStream.range(0, n).boxed().toList();
    if (plans == null) {
      return progressive ? recommended(all, model) : List.of(new ScanPlan(all, Band.ALL));
    }
    List<Integer> sent =
        plans.stream().flatMap(p -> p.components().stream()).distinct().sorted().toList();
    if (!sent.equals(all)) {
      throw new IllegalArgumentException(
          "scan script: components %s; the picture has %s".formatted(sent, all));
    }
    return plans;
  }

  private static List<ScanPlan> recommended(List<Integer> all, ColorModel model) {
    List<ScanPlan> scans = new ArrayList<>();
    scans.add(new ScanPlan(all, new Band(0, 0, 0, 1)));
    if (model == ColorModel.YCC) {
      add(scans, List.of(0), new Band(1, 5, 0, 2));
      add(scans, List.of(2, 1), new Band(1, 63, 0, 1));
      add(scans, List.of(0), new Band(6, 63, 0, 2));
      add(scans, List.of(0), new Band(1, 63, 2, 1));
      scans.add(new ScanPlan(all, new Band(0, 0, 1, 0)));
      add(scans, List.of(2, 1, 0), new Band(1, 63, 1, 0));
      return scans;
    }
    add(scans, all, new Band(1, 5, 0, 2));
    add(scans, all, new Band(6, 63, 0, 2));
    add(scans, all, new Band(1, 63, 2, 1));
    scans.add(new ScanPlan(all, new Band(0, 0, 1, 0)));
    add(scans, all, new Band(1, 63, 1, 0));
    return scans;
  }

  /// A scan for each of the components.
  private static void add(List<ScanPlan> scans, List<Integer> components, Band band) {
    components.forEach(c -> scans.add(new ScanPlan(List.of(c), band)));
  }

  @Override
  public String toString() {
    String scans = plans == null ? "recommended scans" : plans.toString();
    return (progressive ? "progressive, " : "sequential, ") + scans;
  }
}
