package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Byte-pair encoding as a `tokenizer.json` of Hugging Face describes it: added tokens are cut out,
/// normalisers change what is between, pre-tokenizers cut it further, and pairs are merged within
/// each piece.
///
/// ```java
/// HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(Path.of("tokenizer.json"));
/// int[] ids = tokenizer.encodeWithSpecials("Hello world"); // as the model was trained
/// ```
public final class HuggingFaceTokenizer implements TextTokenizer {
  private final Object2IntOpenHashMap<String> ids = new Object2IntOpenHashMap<>();
  private final List<@Nullable String> tokens = new ArrayList<>(); // null where no token has an id
  private final Set<String> special = new HashSet<>();
  private final UserSymbols added;
  private final UserSymbols addedAfterNormalizing;
  private final Long2LongOpenHashMap merges = new Long2LongOpenHashMap();
  private final UnaryOperator<String> normalizer;
  private final TextSteps.Cut preTokenizer;
  private final TokenDecoder decoder;
  private final boolean byteFallback;
  private final boolean ignoresMerges;
  private final boolean fusesUnknown;
  private final int unknown; // -1 if there is none
  private final int[] before; // ids that a template puts before a text
  private final int[] after;

  private HuggingFaceTokenizer(JsonTree root) throws TokenizerException {
    ids.defaultReturnValue(-1);
    merges.defaultReturnValue(-1);
    JsonTree model = root.get("model");
    if (!model.get("type").isNull() && !model.get("type").text().equals("BPE")) {
      throw model.problem("is of type \"%s\"; need BPE".formatted(model.get("type").text()));
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.get(affix).isNull() && !model.get(affix).text().isEmpty()) {
        throw model.get(affix).problem("is not supported");
      }
    }
    readVocabulary(model.get("vocab"));
    List<String> first = new ArrayList<>();
    List<String> later = new ArrayList<>();
    readAdded(root.get("added_tokens"), first, later);
    added = new UserSymbols(first);
    addedAfterNormalizing = new UserSymbols(later);
    readMerges(model.get("merges"));
    normalizer = TextSteps.normalizer(root.get("normalizer"));
    preTokenizer = TextSteps.preTokenizer(root.get("pre_tokenizer"));
    decoder = TokenDecoder.of(root.get("decoder"));
    byteFallback = model.get("byte_fallback").flag(false);
    ignoresMerges = model.get("ignore_merges").flag(false);
    fusesUnknown = model.get("fuse_unk").flag(false);
    unknown = model.get("unk_token").isNull() ? -1 : ids.getInt(model.get("unk_token").text());
    IntArrayList starts = new IntArrayList();
    IntArrayList ends = new IntArrayList();
    readTemplate(root.get("post_processor"), starts, ends);
    before = starts.toIntArray();
    after = ends.toIntArray();
  }

  /// Reads a file.
  ///
  /// @param file a `tokenizer.json`
  /// @return the tokenizer
  /// @throws TokenizerException if it is malformed, or has steps that are not supported
  /// @throws IOException if it cannot be read
  public static HuggingFaceTokenizer load(Path file) throws IOException {
    return new HuggingFaceTokenizer(JsonTree.read(file));
  }

  private void readVocabulary(JsonTree vocabulary) throws TokenizerException {
    for (Map.Entry<?, ?> entry : vocabulary.map().entrySet()) {
      String token = String.valueOf(entry.getKey());
      put(
          new JsonTree(vocabulary.file(), vocabulary.path() + "." + token, entry.getValue()),
          token);
    }
  }

  private void put(JsonTree id, String token) throws TokenizerException {
    int number = id.integer();
    int most = 1 << 24;
    if (number < 0 || number >= most) {
      throw id.problem("is %d; need an id of 0 to %d".formatted(number, most - 1));
    }
    while (tokens.size() <= number) {
      tokens.add(null);
    }
    String known = tokens.get(number);
    if (known != null && !known.equals(token)) {
      throw id.problem("has the id %d of \"%s\"".formatted(number, known));
    }
    tokens.set(number, token);
    ids.put(token, number);
  }

  private void readAdded(JsonTree list, List<String> first, List<String> later)
      throws TokenizerException {
    if (list.isNull()) {
      return;
    }
    for (JsonTree token : list.list()) {
      String content = token.get("content").text();
      for (String option : List.of("single_word", "lstrip", "rstrip")) {
        if (token.get(option).flag(false)) {
          throw token.get(option).problem("is not supported");
        }
      }
      if (content.isEmpty()) {
        throw token.problem("is empty");
      }
      put(token.get("id"), content);
      (token.get("normalized").flag(false) ? later : first).add(content);
      if (token.get("special").flag(false)) {
        special.add(content);
      }
    }
  }

  /// Merges are texts `a b`, or pairs in later files.
  private void readMerges(JsonTree list) throws TokenizerException {
    int rank = 0;
    for (JsonTree merge : list.list()) {
      String left;
      String right;
      if (merge.isList() && merge.list().size() == 2) {
        left = merge.list().get(0).text();
        right = merge.list().get(1).text();
      } else {
        String text = merge.text();
        int space = text.indexOf(' ');
        if (space < 0 || text.indexOf(' ', space + 1) >= 0) {
          throw merge.problem("is \"%s\"; need two tokens".formatted(text));
        }
        left = text.substring(0, space);
        right = text.substring(space + 1);
      }
      int a = ids.getInt(left);
      int b = ids.getInt(right);
      int joined = ids.getInt(left + right);
      if (a < 0 || b < 0 || joined < 0) {
        throw merge.problem("joins or makes a token that is not in the vocabulary");
      }
      merges.putIfAbsent(((long) a << 32) | b, ((long) rank++ << 32) | joined);
    }
  }

  private void readTemplate(JsonTree step, IntArrayList starts, IntArrayList ends)
      throws TokenizerException {
    if (step.isNull() || step.get("type").text().equals("ByteLevel")) {
      return;
    }
    String type = step.get("type").text();
    switch (type) {
      case "Sequence" -> {
        for (JsonTree inner : step.get("processors").list()) {
          readTemplate(inner, starts, ends);
        }
      }
      case "TemplateProcessing" -> {
        IntArrayList to = starts;
        for (JsonTree item : step.get("single").list()) {
          if (item.get("SpecialToken").isNull()) {
            to = ends;
          } else {
            String token = item.get("SpecialToken").get("id").text();
            if (ids.getInt(token) < 0) {
              throw item.problem("names \"%s\", which is no token".formatted(token));
            }
            to.add(ids.getInt(token));
          }
        }
      }
      default -> throw step.problem("is a post-processor of unknown type \"%s\"".formatted(type));
    }
  }

  @Override
  public int vocabSize() {
    return tokens.size();
  }

  @Override
  public String token(int id) {
    String token = id < 0 || id >= tokens.size() ? null : tokens.get(id);
    if (token == null) {
      throw new IllegalArgumentException(
          "decode: no such id; %d; have %d".formatted(id, tokens.size()));
    }
    return token;
  }

  @Override
  public int id(String token) {
    return ids.getInt(token);
  }

  // ---- encoding ----

  /// As [#encode], with the tokens before and after that the file's template has.
  ///
  /// @param text any text
  /// @return `[T]`
  public int[] encodeWithSpecials(String text) {
    IntArrayList out = new IntArrayList(before);
    out.addElements(out.size(), encode(text));
    out.addElements(out.size(), after);
    return out.toIntArray();
  }

  @Override
  public int[] encode(String text) {
    IntArrayList out = new IntArrayList();
    cut(Utf8.wellFormed(text), added, true, out, this::encodeUnmarked);
    return out.toIntArray();
  }

  @FunctionalInterface
  private interface Rest {
    void take(String text, boolean isFirst, IntArrayList out);
  }

  /// Cuts added tokens out and hands on what is between.
  private void cut(String text, UserSymbols symbols, boolean isFirst, IntArrayList out, Rest rest) {
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      int length = symbols.lengthAt(text, at);
      if (length > 0) {
        if (at > from) {
          rest.take(text.substring(from, at), isFirst && from == 0, out);
        }
        out.add(ids.getInt(text.substring(at, at + length)));
        from = at + length;
      }
      at += Math.max(1, length);
    }
    if (from < text.length()) {
      rest.take(text.substring(from), isFirst && from == 0, out);
    }
  }

  private void encodeUnmarked(String text, boolean isFirst, IntArrayList out) {
    cut(
        normalizer.apply(text),
        addedAfterNormalizing,
        isFirst,
        out,
        (part, first, to) -> {
          for (String piece : preTokenizer.apply(part, first)) {
            encodePiece(piece, to);
          }
        });
  }

  private void encodePiece(String piece, IntArrayList out) {
    int whole = ids.getInt(piece);
    if (ignoresMerges && whole >= 0) {
      out.add(whole);
      return;
    }
    PairMerger merger =
        new PairMerger((left, right, _, _) -> merges.get(((long) left << 32) | right));
    boolean afterUnknown = false;
    for (int at = 0; at < piece.length(); ) {
      int to = at + Character.charCount(piece.codePointAt(at));
      String character = piece.substring(at, to);
      int id = ids.getInt(character);
      boolean isUnknown = id < 0 && !addBytes(character, merger);
      if (id >= 0) {
        merger.add(id);
      } else if (isUnknown && unknown >= 0 && !(fusesUnknown && afterUnknown)) {
        merger.add(unknown);
      }
      afterUnknown = isUnknown;
      at = to;
    }
    merger.run((id, _, _) -> out.add(id));
  }

  /// Adds a character as byte tokens if there are such for all of its bytes.
  private boolean addBytes(String character, PairMerger merger) {
    if (!byteFallback) {
      return false;
    }
    byte[] bytes = Utf8.bytes(character);
    int[] found = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      found[i] = ids.getInt("<0x%02X>".formatted(bytes[i]));
      if (found[i] < 0) {
        return false;
      }
    }
    for (int id : found) {
      merger.add(id);
    }
    return true;
  }

  // ---- decoding ----

  @Override
  public String decode(int... sequence) {
    List<String> spellings = new ArrayList<>();
    for (int id : sequence) {
      String token = token(id);
      if (!special.contains(token)) {
        spellings.add(token);
      }
    }
    return String.join("", decoder.apply(spellings));
  }
}
