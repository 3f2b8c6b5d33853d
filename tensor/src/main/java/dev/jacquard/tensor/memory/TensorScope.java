package dev.jacquard.tensor.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Owns the memory that is taken while it is current, and gives all of it back when it ends.
///
/// ```java
/// Tensor next = TensorScope.call("decode step", () -> model.step(token)); // all but `next` is freed
/// ```
///
/// The value that [#call] returns moves to the enclosing scope if it is a tensor or a list of
/// tensors; others are saved with [#keep]. A scope that must outlive one call, such as a loaded
/// model's, is made with [#open], entered with [#within] and closed by its owner. Entering is bound
/// to the calling thread; several threads may be inside one scope.
public final class TensorScope implements AutoCloseable {
  private static final ScopedValue<TensorScope> CURRENT = ScopedValue.newInstance();

  private final String name;
  private final @Nullable TensorScope parent;
  private final List<Storage> owned = new ArrayList<>(); // in the order in which it was taken
  private final List<TensorScope> nested = new ArrayList<>();
  private boolean closed;

  private TensorScope(String name) {
    this.name = name;
    this.parent = currentOrNull();
  }

  /// Something that stands on a storage: a tensor.
  public interface Owned {
    /// The memory beneath.
    ///
    /// @return the storage
    Storage storage();
  }

  /// Opens a scope without entering it.
  ///
  /// @param name what it is for; appears in errors
  /// @return a scope that the caller closes
  public static TensorScope open(String name) {
    return new TensorScope(name);
  }

  /// Opens a scope without entering it, which ends with the enclosing scope if nobody closes it
  /// before.
  ///
  /// @param name what it is for; appears in errors
  /// @return a scope
  public static TensorScope openNested(String name) {
    TensorScope scope = new TensorScope(name);
    if (scope.parent != null) {
      scope.parent.nest(scope);
    }
    return scope;
  }

  /// Runs a body in a scope of its own.
  ///
  /// @param name what it is for; appears in errors
  /// @param body what to run
  /// @param <R> type of the result
  /// @param <X> what the body may throw
  /// @return the body's result; tensors in it belong to the enclosing scope
  /// @throws X if the body does; all memory is given back
  public static <R extends @Nullable Object, X extends Throwable> R call(
      String name, ScopedValue.CallableOp<R, X> body) throws X {
    try (TensorScope scope = new TensorScope(name)) {
      return scope.keeping(body);
    }
  }

  /// Runs a body in a scope of its own, without a result.
  ///
  /// @param name what it is for; appears in errors
  /// @param body what to run
  public static void run(String name, Runnable body) {
    try (TensorScope scope = new TensorScope(name)) {
      ScopedValue.where(CURRENT, scope).run(body);
    }
  }

  /// Runs a body with this scope as the current one.
  ///
  /// @param body what to run
  /// @param <R> type of the result
  /// @param <X> what the body may throw
  /// @return the body's result
  /// @throws X if the body does
  public <R extends @Nullable Object, X extends Throwable> R within(
      ScopedValue.CallableOp<R, X> body) throws X {
    return ScopedValue.where(CURRENT, this).call(body);
  }

  /// As [#within]; tensors in the result move to the enclosing scope, as with [#call].
  ///
  /// @param body what to run
  /// @param <R> type of the result
  /// @param <X> what the body may throw
  /// @return the body's result
  /// @throws X if the body does
  public <R extends @Nullable Object, X extends Throwable> R keeping(
      ScopedValue.CallableOp<R, X> body) throws X {
    R result = within(body);
    keepResult(result);
    return result;
  }

  /// Moves a tensor from the current scope to the enclosing one, so that it outlives this scope.
  ///
  /// @param tensor what to keep
  /// @param <T> its type
  /// @return the same tensor
  public static <T extends Owned> T keep(T tensor) {
    TensorScope current = currentOrNull();
    if (current != null) {
      current.moveUp(tensor.storage());
    }
    return tensor;
  }

  /// Moves memory of this scope to the enclosing one; other memory stays where it is.
  ///
  /// @param storage what to keep
  public void moveUp(Storage storage) {
    if (storage.owner() == this) {
      storage.moveTo(parent);
    }
  }

  /// A moment between what memory has been taken and what will be, for [#releaseSince].
  ///
  /// @return grows with each block that any scope takes
  public static long moment() {
    return Storage.nextNumber();
  }

  /// Gives back memory of this scope that was taken since a moment.
  ///
  /// @param moment what [#moment()] said then
  /// @param isNeeded says which of it to keep
  public synchronized void releaseSince(long moment, Predicate<Storage> isNeeded) {
    int from = owned.size();
    while (from > 0 && owned.get(from - 1).number() >= moment) {
      from--;
    }
    owned.subList(from, owned.size()).removeIf(storage -> !isNeeded.test(storage) && end(storage));
  }

  /// Gives one block back if it belongs to this scope.
  ///
  /// @param storage the block
  public synchronized void release(Storage storage) {
    end(storage);
  }

  private boolean end(Storage storage) {
    if (storage.owner() == this) {
      storage.release(name);
    }
    return true;
  }

  /// The name given at the start.
  ///
  /// @return what the scope is for
  public String name() {
    return name;
  }

  /// Gives back everything that still belongs to this scope.
  @Override
  public void close() {
    if (parent != null) {
      parent.forget(this);
    }
    for (TensorScope scope : endings()) {
      scope.close();
    }
  }

  /// Ends this scope; those inside it are still to be closed.
  private synchronized List<TensorScope> endings() {
    closed = true;
    owned.forEach(this::end);
    owned.clear();
    return List.copyOf(nested);
  }

  private synchronized void nest(TensorScope scope) {
    nested.add(scope);
  }

  private synchronized void forget(TensorScope scope) {
    nested.remove(scope);
  }

  static @Nullable TensorScope currentOrNull() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  synchronized void adopt(Storage storage) {
    if (closed) {
      throw new IllegalStateException("scope: \"" + name + "\" is closed; open a new one");
    }
    int at = owned.size();
    while (at > 0 && owned.get(at - 1).number() > storage.number()) { // moved up from another scope
      at--;
    }
    owned.add(at, storage);
  }

  private void keepResult(@Nullable Object result) {
    if (result instanceof Owned tensor) {
      moveUp(tensor.storage());
    } else if (result instanceof List<?> list) {
      list.forEach(this::keepResult);
    }
  }
}
