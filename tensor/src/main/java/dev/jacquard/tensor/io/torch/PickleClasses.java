package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The classes and functions that a pickle may name: those of which checkpoints consist. Everything
/// else is refused when it is named, before anything could be made of it.
final class PickleClasses {
  private static final Map<String, StoredType> STORAGES =
      Map.ofEntries(
          Map.entry("Double", StoredType.F64),
          Map.entry("Float", StoredType.F32),
          Map.entry("Half", StoredType.F16),
          Map.entry("BFloat16", StoredType.BF16),
          Map.entry("Long", StoredType.I64),
          Map.entry("Int", StoredType.I32),
          Map.entry("Short", StoredType.I16),
          Map.entry("Char", StoredType.I8),
          Map.entry("Byte", StoredType.U8),
          Map.entry("Bool", StoredType.BOOL));
  private static final Map<String, StoredType> DTYPES =
      Map.ofEntries(
          Map.entry("float64", StoredType.F64),
          Map.entry("float32", StoredType.F32),
          Map.entry("float16", StoredType.F16),
          Map.entry("bfloat16", StoredType.BF16),
          Map.entry("float8_e4m3fn", StoredType.F8_E4M3),
          Map.entry("float8_e5m2", StoredType.F8_E5M2),
          Map.entry("int64", StoredType.I64),
          Map.entry("int32", StoredType.I32),
          Map.entry("int16", StoredType.I16),
          Map.entry("int8", StoredType.I8),
          Map.entry("uint64", StoredType.U64),
          Map.entry("uint32", StoredType.U32),
          Map.entry("uint16", StoredType.U16),
          Map.entry("uint8", StoredType.U8),
          Map.entry("bool", StoredType.BOOL));
  private static final List<String> BUILTINS = List.of("__builtin__.", "builtins.");
  private static final Map<String, PickleClass> ALLOWED = allowed();

  private PickleClasses() {}

  /// The class of a name, or null if it is not allowed.
  static @Nullable PickleClass find(String name) {
    return ALLOWED.get(name);
  }

  private static Map<String, PickleClass> allowed() {
    List<PickleClass> list = new ArrayList<>();
    list.add(PickleClass.function("torch._utils._rebuild_tensor", PickleClasses::tensor));
    list.add(PickleClass.function("torch._utils._rebuild_tensor_v2", PickleClasses::tensor));
    list.add(PickleClass.function("torch._utils._rebuild_tensor_v3", PickleClasses::typedTensor));
    for (String parameter : List.of("_rebuild_parameter", "_rebuild_parameter_with_state")) {
      list.add(
          PickleClass.function(
              "torch._utils." + parameter, arguments -> arguments.get(0, TorchTensor.class)));
    }
    list.add(PickleClass.function("torch.Size", arguments -> arguments.get(0, Tuple.class)));
    list.add(PickleClass.function("torch.device", arguments -> arguments.get(0, String.class)));
    STORAGES.forEach((name, type) -> list.add(PickleClass.name("torch." + name + "Storage", type)));
    list.add(PickleClass.name("torch.storage.UntypedStorage", null));
    DTYPES.forEach((name, type) -> list.add(PickleClass.name("torch." + name, type)));
    list.add(PickleClass.function("collections.OrderedDict", PickleClasses::map));
    list.add(PickleClass.function("collections.Counter", PickleClasses::counter));
    list.add(PickleClass.function("collections.defaultdict", _ -> new LinkedHashMap<>()));
    list.add(PickleClass.function("argparse.Namespace", _ -> new LinkedHashMap<>()));
    list.add(PickleClass.function("types.SimpleNamespace", _ -> new LinkedHashMap<>()));
    for (String module : BUILTINS) {
      list.add(PickleClass.function(module + "set", a -> new ArrayList<>(items(a))));
      for (String type : List.of("dict", "list", "int", "float")) {
        list.add(PickleClass.name(module + type, null)); // makers of default values
      }
    }
    list.add(PickleClass.function("_codecs.encode", PickleClasses::bytes));
    list.add(PickleClass.function("numpy.dtype", a -> a.get(0, String.class)));
    for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
      list.add(PickleClass.function(module + ".scalar", PickleClasses::scalar));
    }
    Map<String, PickleClass> byName = new HashMap<>();
    list.forEach(type -> byName.put(type.name(), type));
    return Map.copyOf(byName);
  }

  /// Storage, offset, sizes, strides; what follows concerns gradients.
  private static TorchTensor tensor(Tuple arguments) {
    TorchStorage storage = arguments.get(0, TorchStorage.class);
    if (storage.type() == null) {
      throw new ClassCastException("a storage without element type");
    }
    return tensor(arguments, storage.type());
  }

  /// As [#tensor], with the element type at place 6.
  private static TorchTensor typedTensor(Tuple arguments) {
    Object type = arguments.get(6, PickleClass.class).meaning();
    return tensor(arguments, Tuple.as(StoredType.class, type));
  }

  private static TorchTensor tensor(Tuple arguments, StoredType type) {
    return new TorchTensor(
        arguments.get(0, TorchStorage.class),
        type,
        arguments.get(1, Long.class),
        numbers(arguments.get(2, Tuple.class)),
        numbers(arguments.get(3, Tuple.class)));
  }

  private static long[] numbers(Tuple tuple) {
    long[] numbers = new long[tuple.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = tuple.get(i, Long.class);
    }
    return numbers;
  }

  /// Nothing, or a list of pairs, as Python 2 wrote it.
  private static Map<Object, @Nullable Object> map(Tuple arguments) {
    Map<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (Object pair : items(arguments)) {
      List<?> two = pair instanceof Tuple tuple ? tuple.items() : Tuple.as(List.class, pair);
      Object key = two.get(0);
      if (!(key instanceof String)) {
        throw new ClassCastException("a key that is no text");
      }
      map.put(key, two.get(1));
    }
    return map;
  }

  private static Object counter(Tuple arguments) {
    return arguments.size() == 0 ? new LinkedHashMap<>() : arguments.get(0, Map.class);
  }

  /// The elements of the only argument; none if there is no argument.
  private static List<?> items(Tuple arguments) {
    return arguments.size() == 0 ? List.of() : arguments.get(0, List.class);
  }

  /// A text in Latin-1 that stands for bytes.
  private static byte[] bytes(Tuple arguments) {
    return arguments.get(0, String.class).getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A number with numpy's name of its type.
  private static Object scalar(Tuple arguments) {
    ByteBuffer bytes =
        ByteBuffer.wrap(arguments.get(1, byte[].class)).order(ByteOrder.LITTLE_ENDIAN);
    String type = arguments.get(0, String.class);
    if (bytes.remaining() < 8) {
      bytes = ByteBuffer.wrap(java.util.Arrays.copyOf(bytes.array(), 8)).order(bytes.order());
    }
    return switch (type) {
      case "f8" -> bytes.getDouble();
      case "f4" -> (double) bytes.getFloat();
      case "i8" -> bytes.getLong();
      case "i4" -> (long) bytes.getInt();
      case "b1" -> bytes.get() != 0;
      default -> throw new ClassCastException("a number of type " + type);
    };
  }
}
