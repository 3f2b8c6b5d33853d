package dev.jacquard.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of native functions against the headers of the CUDA toolkit of this machine; functions
/// of a header that is not there are skipped.
class HeadersTest {
  private static final List<String> HANDLES =
      List.of(
          "CUcontext",
          "CUmodule",
          "CUfunction",
          "CUstream",
          "CUevent",
          "nvrtcProgram",
          "cublasHandle_t",
          "cudaStream_t",
          "CUdeviceptr",
          "size_t");

  @ParameterizedTest
  @EnumSource
  void functionsAreDeclaredAsHere(NativeCall call) throws IOException {
    String header =
        text(
            switch (call.library()) {
              case DRIVER -> "cuda.h";
              case COMPILER -> "nvrtc.h";
              case BLAS -> "cublas_api.h";
            });
    assertThat(declaration(header, call.symbol())).as(call.symbol()).isEqualTo(call.parameters());
  }

  /// Letters of the parameters of an exported function, as in [NativeCall].
  private static String declaration(String header, String symbol) {
    String name = symbol.replaceFirst("_v\\d$", "");
    boolean isVersioned = !name.equals(symbol);
    if (isVersioned && !header.contains(symbol + "(")) {
      // the header gives the plain name to the newest version by a macro
      Pattern macro = Pattern.compile("#define\\s+" + name + "\\s.*\\b" + symbol + "\\b");
      assertThat(macro.matcher(header).find()).as("macro of " + symbol).isTrue();
    } else {
      name = symbol;
      // and no macro gives this name to another function
      Pattern macro = Pattern.compile("#define\\s+" + symbol + "\\s+\\(?" + symbol + "_v\\d");
      if (!List.of("cuEventElapsedTime").contains(symbol)) { // its old version stays exported
        assertThat(macro.matcher(header).find()).as("newer version of " + symbol).isFalse();
      }
    }
    Matcher found = Pattern.compile("\\b" + name + "\\s*\\(([^)]*)\\)\\s*;").matcher(header);
    assertThat(found.find()).as("declaration of " + name).isTrue();
    String list = found.group(1).strip();
    return list.equals("void") || list.isEmpty()
        ? ""
        : Arrays.stream(list.split(",")).map(HeadersTest::letter).reduce("", String::concat);
  }

  private static String letter(String parameter) {
    String type = parameter.replaceAll("\\bconst\\b|\\bunsigned\\b", " ").strip();
    if (type.contains("*")) {
      return "P";
    }
    String first = type.replaceFirst("\\s.*", "");
    boolean isLong = HANDLES.contains(first) || type.startsWith("long long");
    return isLong ? "L" : first.equals("float") ? "F" : "I";
  }

  private static String text(String name) throws IOException {
    Path file =
        Stream.of(System.getenv("CUDA_HOME"), "/usr/local/cuda", "/opt/cuda", "/usr")
            .filter(folder -> folder != null)
            .map(folder -> Path.of(folder, "include", name))
            .filter(Files::exists)
            .findFirst()
            .orElse(null);
    assumeTrue(file != null, "no " + name + " on this machine: its functions are not checked");
    String comments = "(?s)/\\*.*?\\*/";
    return Files.readString(file).replaceAll(comments, "");
  }
}
