package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The steps of a `tokenizer.json` that prepare a text: normalisers change it, pre-tokenizers cut
/// it. Steps that Llama-type models do not use are refused by name.
final class TextSteps {
  private TextSteps() {}

  /// Cuts a piece of text.
  @FunctionalInterface
  interface Cut {
    /// Cuts a piece.
    ///
    /// @param text a piece
    /// @param isFirst whether it starts the whole text
    List<String> apply(String text, boolean isFirst);
  }

  // ---- normalisers ----

  static UnaryOperator<String> normalizer(JsonTree step) throws TokenizerException {
    if (step.isNull()) {
      return text -> text;
    }
    String type = step.get("type").text();
    return switch (type) {
      case "Sequence" -> {
        List<UnaryOperator<String>> steps = new ArrayList<>();
        for (JsonTree inner : step.get("normalizers").list()) {
          steps.add(normalizer(inner));
        }
        yield text -> {
          String result = text;
          for (UnaryOperator<String> one : steps) {
            result = one.apply(result);
          }
          return result;
        };
      }
      case "Prepend" -> {
        String start = step.get("prepend").text();
        yield text -> text.isEmpty() ? text : start + text;
      }
      case "Replace" -> {
        Pattern pattern = pattern(step.get("pattern"));
        String content = Matcher.quoteReplacement(step.get("content").text());
        yield text -> pattern.matcher(text).replaceAll(content);
      }
      case "NFC", "NFD", "NFKC", "NFKD" -> {
        Normalizer.Form form = Normalizer.Form.valueOf(type);
        yield text -> Normalizer.normalize(text, form);
      }
      case "Lowercase" -> text -> text.toLowerCase(Locale.ROOT);
      default -> throw step.problem("is a normaliser of unknown type \"%s\"".formatted(type));
    };
  }

  // ---- pre-tokenizers ----

  static Cut preTokenizer(JsonTree step) throws TokenizerException {
    if (step.isNull()) {
      return (text, _) -> List.of(text);
    }
    String type = step.get("type").text();
    return switch (type) {
      case "Sequence" -> sequence(step);
      case "Split" -> split(step);
      case "ByteLevel" -> byteLevel(step);
      case "Digits" -> {
        boolean isEach = step.get("individual_digits").flag(false);
        Pattern digits = compile(isEach ? "\\p{N}" : "\\p{N}+", step);
        yield (text, _) -> isolate(text, digits);
      }
      case "Metaspace" -> metaspace(step);
      default -> throw step.problem("is a pre-tokenizer of unknown type \"%s\"".formatted(type));
    };
  }

  private static Cut sequence(JsonTree step) throws TokenizerException {
    List<Cut> cuts = new ArrayList<>();
    for (JsonTree inner : step.get("pretokenizers").list()) {
      cuts.add(preTokenizer(inner));
    }
    return (text, isFirst) -> {
      List<String> parts = List.of(text);
      for (Cut cut : cuts) {
        List<String> finer = new ArrayList<>();
        for (String part : parts) {
          finer.addAll(cut.apply(part, isFirst && finer.isEmpty()));
        }
        parts = finer;
      }
      return parts;
    };
  }

  private static Cut split(JsonTree step) throws TokenizerException {
    Pattern pattern = pattern(step.get("pattern"));
    String behavior = step.get("behavior").text();
    if (step.get("invert").flag(false)) {
      throw step.problem("splits inverted, which is not supported");
    }
    return switch (behavior) {
      case "Isolated" -> (text, _) -> isolate(text, pattern);
      case "Removed" ->
          (text, _) -> pattern.splitAsStream(text).filter(part -> !part.isEmpty()).toList();
      default -> throw step.problem("splits with behavior \"%s\"".formatted(behavior));
    };
  }

  /// GPT-2's cut at words, and the text as characters that stand for bytes.
  private static Cut byteLevel(JsonTree step) throws TokenizerException {
    boolean hasPrefix = step.get("add_prefix_space").flag(true);
    boolean hasPattern = step.get("use_regex").flag(true);
    Pattern words =
        compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            step);
    return (text, _) -> {
      String padded = hasPrefix && !text.startsWith(" ") ? " " + text : text;
      List<String> parts = hasPattern ? isolate(padded, words) : List.of(padded);
      return parts.stream().map(part -> ByteCharacters.spell(Utf8.bytes(part))).toList();
    };
  }

  private static Cut metaspace(JsonTree step) throws TokenizerException {
    String mark = step.get("replacement").text();
    String scheme =
        step.get("prepend_scheme").isNull()
            ? step.get("add_prefix_space").flag(true) ? "always" : "never"
            : step.get("prepend_scheme").text();
    boolean cuts = step.get("split").flag(true);
    Pattern words = compile("(?=" + Pattern.quote(mark) + ")", step);
    return (text, isFirst) -> {
      String marked = text.replace(" ", mark);
      boolean wants = scheme.equals("always") || (scheme.equals("first") && isFirst);
      String padded = wants && !marked.startsWith(mark) ? mark + marked : marked;
      return cuts
          ? words.splitAsStream(padded).filter(part -> !part.isEmpty()).toList()
          : List.of(padded);
    };
  }

  /// Matches and what is between them, each on its own.
  private static List<String> isolate(String text, Pattern pattern) {
    List<String> parts = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int at = 0;
    while (matcher.find()) {
      if (matcher.start() > at) {
        parts.add(text.substring(at, matcher.start()));
      }
      if (matcher.end() > matcher.start()) {
        parts.add(matcher.group());
      }
      at = matcher.end();
    }
    if (at < text.length()) {
      parts.add(text.substring(at));
    }
    return parts;
  }

  /// `{"String": ...}` or `{"Regex": ...}`.
  static Pattern pattern(JsonTree pattern) throws TokenizerException {
    return pattern.get("String").isNull()
        ? compile(pattern.get("Regex").text(), pattern)
        : Pattern.compile(Pattern.quote(pattern.get("String").text()));
  }

  private static Pattern compile(String regex, JsonTree where) throws TokenizerException {
    try {
      return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException e) {
      throw where.problem("has a pattern that cannot be read: " + e.getDescription());
    }
  }
}
