package dev.jacquard.tensor.io.torch;

import static dev.jacquard.tensor.io.torch.TorchFiles.pickle;
import static dev.jacquard.tensor.io.torch.TorchFiles.tensor;
import static dev.jacquard.tensor.io.torch.TorchFiles.zip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.Refusals;
import dev.jacquard.tensor.io.Refusals.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedTorchTest {
  private static final String FOUR = "4b04"; // BININT1 4
  private static final String ZERO = "4b00";
  private static final String BIG = "8a08ffffffffffffff3f"; // LONG1 2^62 - 1
  private static final String MINUS = "4affffffff"; // BININT -1

  @TempDir Path folder;

  private static Case of(String name, String words, String message) {
    return new Case(name, zip(pickle(words)), message);
  }

  private static Case tensorCase(
      String name, String elements, String offset, String shape, String strides, String message) {
    return of(name, "8002 " + tensor(elements, offset, shape, strides) + " 2e", message);
  }

  static Stream<Case> cases() {
    String good = "8002 " + tensor(FOUR, ZERO, FOUR + "85", "4b0185") + " 2e";
    byte[] whole = zip(pickle(good));
    String rebuild = "63 \"torch._utils~_rebuild_tensor_v2~\" ";
    return Stream.concat(
        Stream.of(
            new Case("empty file", new byte[0], "truncated"),
            new Case("no torch file", "hello, world".getBytes(), "damaged"),
            new Case("truncated zip", Arrays.copyOf(whole, whole.length - 5), "directory"),
            new Case("storage missing", zip(pickle(good), new byte[16], "x/data/1"), "missing"),
            new Case("storage short", zip(pickle(good), new byte[15], "x/data/0"), "too small"),
            new Case("two pickles", zip(pickle(good), new byte[16], "y/data.pkl"), "2 files"),
            new Case("TorchScript", zip(pickle(good), new byte[16], "x/constants.pkl"), "Script"),
            new Case("big-endian", zip(pickle(good), "big".getBytes(), "x/byteorder"), "little"),
            new Case("suspicious name", zip(pickle(good), new byte[16], "x/../../y"), "suspicious"),
            of("foreign class", "8002 63 \"os~system~\" 58 02000000 \"id\" 85 52 2e", "os.system"),
            of("builtin", "8002 63 \"builtins~eval~\" 2e", "builtins.eval"),
            of("stack global", "8004 8c02 \"os\" 8c06 \"system\" 93 2e", "os.system"),
            of("subclass of allowed", "8002 63 \"torch.nn~Linear~\" 2e", "torch.nn.Linear"),
            of("text opcode", "8002 49 \"1~\" 2e", "operation 0x49"),
            of("inst", "8002 28 69 \"os~system~\" 2e", "operation 0x69"),
            of("ext registry", "8002 82 01 2e", "operation 0x82"),
            of("out-of-band buffer", "8005 97 2e", "operation 0x97"),
            of("NEWOBJ_EX", "8004 63 \"torch~Size~\" 29 7d 92 2e", "operation 0x92"),
            of("protocol", "8009 4e 2e", "protocol 9"),
            of("no stop", "8002 4e", "truncated"),
            of("empty stack", "8002 2e", "do not fit"),
            of("pop below mark", "8002 4e 28 30 30 2e", "do not fit"),
            of("no mark", "8002 4e 74 2e", "do not fit"),
            of("unknown memo", "8002 68 05 2e", "do not fit"),
            of("text longer than file", "8002 58 ffffff7f 2e", "bytes of texts"),
            of("text of 2^63", "8004 8d ffffffffffffffff 2e", "bytes of texts"),
            of("text not UTF-8", "8002 58 01000000 ff 2e", "not UTF-8"),
            of("number of 2 GB", "8002 8b ffffff7f 2e", "number of"),
            of("endless name", "8002 63 \"" + "a".repeat(2000) + "\" 2e", "a name of more"),
            of("call of a number", "8002 4b01 29 52 2e", "do not fit"),
            of("call of a storage class", "8002 63 \"torch~FloatStorage~\" 29 52 2e", "not fit"),
            of("append to a number", "8002 4b01 4b01 61 2e", "do not fit"),
            of("items of a list", "8002 5d 4b01 4b01 73 2e", "do not fit"),
            of("odd items", "8002 7d 28 4b01 75 2e", "do not fit"),
            of("list as key", "8002 7d 5d 4b01 73 2e", "key of a dictionary"),
            of("tensor of nothing", "8002 " + rebuild + "29 52 2e", "do not fit"),
            of("tensor of numbers", "8002 " + rebuild + "4b01 4b01 86 52 2e", "do not fit"),
            of("id that is no storage", "8002 58 01000000 \"x\" 85 51 2e", "do not fit"),
            of("list in itself", "8002 5d 71 00 68 00 61 2e", "contains itself"),
            of("tuple bomb", "8002 7d 85 " + "71 00 68 00 86 ".repeat(40) + "2e", "nested too")),
        Stream.of(
            tensorCase("too long", FOUR, ZERO, "4b0585", "4b0185", "last element 4"),
            tensorCase("offset", FOUR, "4b01", "4b0485", "4b0185", "last element 4"),
            tensorCase("stride", FOUR, ZERO, "4b0285", "4b0485", "last element 4"),
            tensorCase("huge shape", FOUR, ZERO, BIG + BIG + "86", ZERO + ZERO + "86", "overflow"),
            tensorCase("expanded", FOUR, ZERO, "4affffff7f85", ZERO + "85", "tensors of"),
            tensorCase("huge offset", FOUR, BIG, "4b0185", "4b0185", "overflow"),
            tensorCase("negative size", FOUR, ZERO, MINUS + "85", "4b0185", "negative size"),
            tensorCase("negative stride", FOUR, ZERO, "4b0285", MINUS + "85", "negative stride"),
            tensorCase("negative offset", FOUR, MINUS, "4b0185", "4b0185", "offset -1"),
            tensorCase("ranks differ", FOUR, ZERO, "4b0185", "29", "strides []"),
            tensorCase("huge storage", BIG, ZERO, "4b0185", "4b0185", "overflow"),
            tensorCase("storage beyond", "4b05", ZERO, "4b0585", "4b0185", "too small")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWithFileAndOffset(Case broken) throws IOException {
    Refusals.check(new TorchFormat(), folder, broken);
  }

  @Test
  void readsTheFileThatTheCasesSpoil() throws IOException {
    String good = "8002 " + tensor(FOUR, "4b01", "4b0385", "4b0185") + " 2e";
    Path file = Files.write(folder.resolve("good.pt"), zip(pickle(good)));
    try (ReferenceBackend backend = new ReferenceBackend();
        Checkpoint checkpoint = TorchReader.open(file)) {
      assertThat(checkpoint.tensor(backend, "tensor").toFloats()).containsExactly(0, 0, 0);
    }
  }
}
