package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.FileCursor;
import dev.jacquard.tensor.io.Names;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Runs a pickle of protocol 2 to 5 and gives the value that it builds, of maps, lists, [Tuple]s,
/// texts, numbers, booleans, null and what [PickleClasses] makes.
///
/// Nothing is executed: names stand for entries of a fixed table, and operations that are not
/// listed here are refused with their place. Memory is bounded by the length of the pickle.
///
/// Source: CPython's `pickletools`, which documents every operation.
final class PickleMachine {
  /* Stack of values. A MARK starts a group; operations that take many arguments take all above the last
   * MARK. PUT saves the top of the stack under a number, GET pushes it again, so values are shared and can
   * contain themselves. */

  private static final int HIGHEST_PROTOCOL = 5;
  private static final int MAX_VALUES = 1 << 22;
  private static final int MAX_LONG_BYTES = 255;
  private static final int MAX_LINE_BYTES = 1 << 10;
  private static final long MAX_TEXT_BYTES = 1 << 26;

  /// Turns a persistent id into a storage.
  @FunctionalInterface
  interface PersistentIds {
    /// The storage of an id.
    ///
    /// @throws ClassCastException if a part of the id is of another type
    /// @throws IndexOutOfBoundsException if one is missing
    /// @throws ArithmeticException if a number is out of range
    Object load(Tuple id);
  }

  private final FileCursor in;
  private final PersistentIds persistentIds;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>(); // sizes of the stack
  private final Int2ObjectOpenHashMap<@Nullable Object> memo = new Int2ObjectOpenHashMap<>();
  private int values;
  private long textBytes;
  private long at; // of the current operation

  PickleMachine(FileCursor in, PersistentIds persistentIds) {
    this.in = in;
    this.persistentIds = persistentIds;
  }

  /// Runs up to the STOP.
  ///
  /// @throws CheckpointException if the pickle is damaged or wants more than it may
  @Nullable Object run() throws CheckpointException {
    try {
      while (true) {
        at = in.position();
        int operation = in.u8();
        if (operation == '.') { // STOP
          return pop();
        }
        execute(operation);
      }
    } catch (ClassCastException
        | IndexOutOfBoundsException
        | NoSuchElementException
        | ArithmeticException e) {
      String reason = e instanceof ArithmeticException ? e.getMessage() : "arguments do not fit";
      throw in.problemAt("pickle is damaged; " + reason, at);
    }
  }

  private void execute(int operation) throws CheckpointException {
    switch (operation) {
      case 0x80 -> protocol(in.u8());
      case 0x95 -> in.i64(); // FRAME: a hint for reading ahead
      case '(' -> marks.add(stack.size());
      case '0' -> pop();
      case '1' -> popGroup(); // POP_MARK
      case '2' -> push(top());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.i32());
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 0x8a -> push(wholeNumber(in.u8())); // LONG1
      case 0x8b -> push(wholeNumber(in.u32())); // LONG4
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.i64()))); // big-endian
      case 'X' -> push(in.text(claim(in.u32())));
      case 0x8c -> push(in.text(in.u8()));
      case 0x8d -> push(in.text(claim(in.i64())));
      case 'T' -> push(latin(in.u32())); // BINSTRING of Python 2
      case 'U' -> push(latin(in.u8()));
      case 'B' -> push(in.array(claim(in.u32())));
      case 'C' -> push(in.array(in.u8()));
      case 0x8e -> push(in.array(claim(in.i64())));
      default -> executeOnStack(operation);
    }
  }

  private void executeOnStack(int operation) throws CheckpointException {
    switch (operation) {
      case '}' -> push(new LinkedHashMap<>());
      case ']', 0x8f -> push(new ArrayList<>()); // EMPTY_LIST, EMPTY_SET
      case ')' -> push(Tuple.EMPTY);
      case 't' -> push(new Tuple(popGroup()));
      case 0x85, 0x86, 0x87 -> push(new Tuple(popMany(operation - 0x84))); // TUPLE1 to TUPLE3
      case 'l', 0x91 -> push(popGroup()); // LIST, FROZENSET
      case 'd' -> push(putAll(new LinkedHashMap<>(), popGroup())); // DICT
      case 'a' -> append(popMany(1));
      case 'e', 0x90 -> append(popGroup()); // APPENDS, ADDITEMS
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popGroup());
      case 'q' -> memo.put(in.u8(), top());
      case 'r' -> memo.put(in.i32(), top());
      case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
      case 'h' -> push(remembered(in.u8()));
      case 'j' -> push(remembered(in.i32()));
      case 'c' -> push(find(line(), line())); // GLOBAL
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> reduce(); // REDUCE, NEWOBJ
      case 'b' -> build();
      case 'Q' -> push(persistentIds.load(Tuple.as(Tuple.class, pop())));
      default ->
          throw in.problemAt(
              "pickle has operation 0x%02x, which checkpoints do not need".formatted(operation),
              at);
    }
  }

  private void protocol(int version) throws CheckpointException {
    if (version > HIGHEST_PROTOCOL) {
      throw in.problemAt("pickle of protocol %d; need 2 to 5".formatted(version), at);
    }
  }

  private void push(@Nullable Object value) throws CheckpointException {
    if (++values > MAX_VALUES) {
      throw in.problemAt("pickle of more than %d values".formatted(MAX_VALUES), at);
    }
    stack.add(value);
  }

  /// Lets a text be as long as it says if all texts together stay within bounds.
  private long claim(long length) throws CheckpointException {
    textBytes += Math.max(0, length);
    if (length < 0 || textBytes > MAX_TEXT_BYTES) {
      throw in.problemAt("pickle with more than %d bytes of texts".formatted(MAX_TEXT_BYTES), at);
    }
    return length;
  }

  private @Nullable Object top() {
    return stack.getLast();
  }

  private @Nullable Object pop() {
    return popMany(1).getFirst();
  }

  private List<@Nullable Object> popMany(int count) {
    if (!marks.isEmpty() && stack.size() - count < marks.getLast()) {
      throw new IndexOutOfBoundsException("below a mark");
    }
    return cut(stack.size() - count);
  }

  private List<@Nullable Object> popGroup() {
    return cut(marks.removeLast());
  }

  private List<@Nullable Object> cut(int from) {
    List<@Nullable Object> upper = stack.subList(from, stack.size());
    List<@Nullable Object> cut = new ArrayList<>(upper);
    upper.clear();
    return cut;
  }

  private void append(List<@Nullable Object> items) {
    @SuppressWarnings("unchecked") // all lists are made here
    List<@Nullable Object> list = (List<@Nullable Object>) Tuple.as(List.class, top());
    list.addAll(items);
  }

  private void setItems(List<@Nullable Object> keysAndValues) throws CheckpointException {
    @SuppressWarnings("unchecked") // all maps are made here or by PickleClasses
    Map<Object, @Nullable Object> map = (Map<Object, @Nullable Object>) Tuple.as(Map.class, top());
    putAll(map, keysAndValues);
  }

  private Map<Object, @Nullable Object> putAll(
      Map<Object, @Nullable Object> map, List<@Nullable Object> keysAndValues)
      throws CheckpointException {
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      map.put(key(keysAndValues.get(i)), keysAndValues.get(i + 1));
    }
    return map;
  }

  /// Keys are simple, so that a map can neither contain itself as a key nor be slow.
  private Object key(@Nullable Object key) throws CheckpointException {
    return switch (key) {
      case String text -> text;
      case Long number -> number;
      case Double number -> number;
      case Boolean flag -> flag;
      case null -> "None";
      case Tuple tuple when isSimple(tuple) -> tuple.items().toString();
      default ->
          throw in.problemAt(
              "a key of a dictionary is neither text nor number nor a tuple of such", at);
    };
  }

  private static boolean isSimple(Tuple tuple) {
    return tuple.items().stream()
        .allMatch(item -> item instanceof String || item instanceof Number || item == null);
  }

  private @Nullable Object remembered(int number) {
    if (!memo.containsKey(number)) {
      throw new IndexOutOfBoundsException("nothing under that number");
    }
    return memo.get(number);
  }

  private PickleClass find(String module, String name) throws CheckpointException {
    PickleClass found = PickleClasses.find(module + "." + name);
    if (found == null) {
      throw in.problemAt(
          "pickle wants %s.%s, which is not on the list of what checkpoints need"
              .formatted(Names.shortened(module), Names.shortened(name)),
          at);
    }
    return found;
  }

  private void stackGlobal() throws CheckpointException {
    List<@Nullable Object> names = popMany(2);
    push(find(Tuple.as(String.class, names.get(0)), Tuple.as(String.class, names.get(1))));
  }

  /// Calls a function, or makes an object, with a tuple of arguments.
  private void reduce() throws CheckpointException {
    List<@Nullable Object> pair = popMany(2);
    PickleClass.Maker maker = Tuple.as(PickleClass.class, pair.get(0)).maker();
    if (maker == null) {
      throw new ClassCastException("not to be called");
    }
    push(maker.make(Tuple.as(Tuple.class, pair.get(1))));
  }

  /// Gives an object its attributes: those of a Namespace are its contents, those of other maps and
  /// of texts do not matter here.
  private void build() {
    Object attributes = pop();
    if (top() instanceof Map<?, ?> map
        && map.isEmpty()
        && attributes instanceof Map<?, ?> given
        && !given.containsKey("_metadata")) {
      @SuppressWarnings("unchecked") // keys went through key()
      Map<Object, @Nullable Object> object = (Map<Object, @Nullable Object>) map;
      object.putAll(given);
    }
  }

  private Object wholeNumber(long length) throws CheckpointException {
    if (length > MAX_LONG_BYTES) {
      throw in.problemAt("pickle has a number of %d bytes".formatted(length), at);
    }
    byte[] littleEndian = in.array(length);
    byte[] bytes = new byte[littleEndian.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = littleEndian[bytes.length - 1 - i];
    }
    BigInteger number = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private String latin(long length) throws CheckpointException {
    return new String(in.array(claim(length)), StandardCharsets.ISO_8859_1);
  }

  /// Up to the end of the line, which is not part of it.
  private String line() throws CheckpointException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.u8(); b != '\n'; b = in.u8()) {
      if (line.size() == MAX_LINE_BYTES) {
        throw in.problemAt("pickle with a name of more than %d bytes".formatted(line.size()), at);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
