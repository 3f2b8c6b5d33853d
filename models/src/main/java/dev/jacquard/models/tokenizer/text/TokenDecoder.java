package dev.jacquard.models.tokenizer.text;

import dev.jacquard.models.tokenizer.TokenizerException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The step of a `tokenizer.json` that makes a text of tokens: each step turns a list of tokens
/// into another, and what is left is joined.
@FunctionalInterface
interface TokenDecoder {
  /// Matches tokens that stand for a byte.
  Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");

  /// Turns tokens into others, or into text.
  ///
  /// @param tokens spellings of tokens
  /// @return pieces of text
  List<String> apply(List<String> tokens);

  static TokenDecoder of(JsonTree step) throws TokenizerException {
    if (step.isNull()) {
      return tokens -> List.of(String.join(" ", tokens));
    }
    String type = step.get("type").text();
    return switch (type) {
      case "Sequence" -> {
        List<TokenDecoder> steps = new ArrayList<>();
        for (JsonTree inner : step.get("decoders").list()) {
          steps.add(of(inner));
        }
        yield tokens -> {
          List<String> result = tokens;
          for (TokenDecoder one : steps) {
            result = one.apply(result);
          }
          return result;
        };
      }
      case "Replace" -> {
        Pattern pattern = TextSteps.pattern(step.get("pattern"));
        String content = Matcher.quoteReplacement(step.get("content").text());
        yield tokens -> tokens.stream().map(t -> pattern.matcher(t).replaceAll(content)).toList();
      }
      case "ByteFallback" -> TokenDecoder::joinBytes;
      case "Fuse" -> tokens -> List.of(String.join("", tokens));
      case "Strip" -> {
        String content = step.get("content").text();
        int start = step.get("start").integer();
        int stop = step.get("stop").integer();
        yield tokens -> tokens.stream().map(t -> strip(t, content, start, stop)).toList();
      }
      case "ByteLevel" ->
          tokens -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            tokens.forEach(token -> ByteCharacters.read(token, bytes));
            return List.of(bytes.toString(StandardCharsets.UTF_8));
          };
      case "Metaspace" -> {
        String mark = step.get("replacement").text();
        boolean isPadded =
            step.get("prepend_scheme").isNull()
                ? step.get("add_prefix_space").flag(true)
                : !step.get("prepend_scheme").text().equals("never");
        yield tokens -> {
          List<String> result = new ArrayList<>();
          for (String token : tokens) {
            String text = token.replace(mark, " ");
            boolean cut = isPadded && result.isEmpty() && text.startsWith(" ");
            result.add(cut ? text.substring(1) : text);
          }
          return result;
        };
      }
      default -> throw step.problem("is a decoder of unknown type \"%s\"".formatted(type));
    };
  }

  /// Runs of byte tokens become their text if they are UTF-8, else a U+FFFD for each.
  private static List<String> joinBytes(List<String> tokens) {
    List<String> result = new ArrayList<>();
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    for (String token : tokens) {
      Matcher matcher = BYTE.matcher(token);
      if (matcher.matches()) {
        run.write(Integer.parseInt(matcher.group(1), 16));
      } else {
        flush(run, result);
        result.add(token);
      }
    }
    flush(run, result);
    return result;
  }

  private static void flush(ByteArrayOutputStream run, List<String> result) {
    if (run.size() > 0) {
      String text = run.toString(StandardCharsets.UTF_8);
      boolean isText = java.util.Arrays.equals(Utf8.bytes(text), run.toByteArray());
      result.add(isText ? text : "\ufffd".repeat(run.size()));
      run.reset();
    }
  }

  private static String strip(String text, String content, int start, int stop) {
    String result = text;
    for (int i = 0; i < start && result.startsWith(content); i++) {
      result = result.substring(content.length());
    }
    for (int i = 0; i < stop && result.endsWith(content); i++) {
      result = result.substring(0, result.length() - content.length());
    }
    return result;
  }
}
