package dev.jacquard.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which package may use which: a package uses only those that stand before it.
final class PackageOrder {

  /// Lowest first; packages of one line may know each other.
  private static final List<Set<String>> ORDER =
      List.of(
          Set.of("tensor.shape"),
          Set.of("tensor.random"),
          Set.of("tensor.memory"),
          Set.of("tensor.backend"),
          Set.of("tensor.backend.reference"),
          Set.of("tensor.backend.cpu"),
          Set.of("tensor", "tensor.autograd", "tensor.op"),
          Set.of("tensor.io"),
          Set.of("tensor.io.zip"),
          Set.of("tensor.io.npy", "tensor.io.torch", "tensor.io.gguf"),
          Set.of("nn"),
          Set.of("nn.layer"),
          Set.of("nn.attention"),
          Set.of("nn.block"),
          Set.of("nn.loss"),
          Set.of("nn.optim"),
          Set.of("jpeg.color"),
          Set.of("jpeg.dct"),
          Set.of("jpeg"),
          Set.of("jpeg.imageio"),
          Set.of("models.quantizer"),
          Set.of("models.data"),
          Set.of("models.tokenizer"),
          Set.of("models.tokenizer.text"),
          Set.of("models.sampling"),
          Set.of("models.decoding"),
          Set.of("models.train"),
          Set.of("models.eval"),
          Set.of("models"),
          Set.of("models.vq"), // shared by the families that draw its codes
          Set.of("models.llama"), // published Llamas, which other families open too
          Set.of("models.t5"), // reads the captions that others draw from
          Set.of("models.llamagen", "models.var"), // bases of other families
          Set.of(PackageOrder.FAMILY),
          Set.of("models.eval.golden"),
          Set.of("models.eval.golden.ops"),
          Set.of("models.registry"),
          Set.of("models.cli"));

  private static final Map<String, Set<String>> MODULES =
      Map.of(
          "tensor", Set.of(),
          "nn", Set.of("tensor"),
          "jpeg", Set.of(),
          "models", Set.of("tensor", "nn", "jpeg"));

  private static final String FAMILY = "models.<family>";

  private final String root;

  /// @param root the package that holds `tensor`, `nn`, `jpeg` and `models`
  PackageOrder(String root) {
    this.root = root;
  }

  /// Below the root, and so subject to the order.
  DescribedPredicate<JavaClass> members() {
    return DescribedPredicate.describe("classes below " + root, type -> relative(type).isPresent());
  }

  /// Uses only packages that stand before its own.
  ArchCondition<JavaClass> condition() {
    return new ArchCondition<>("use only packages that come before their own") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          problem(dependency)
              .ifPresent(
                  text ->
                      events.add(
                          SimpleConditionEvent.violated(
                              dependency, text + ": " + dependency.getDescription())));
        }
      }
    };
  }

  private Optional<String> problem(Dependency dependency) {
    Optional<String> origin = relative(dependency.getOriginClass());
    Optional<String> target = relative(dependency.getTargetClass());
    if (origin.isEmpty() || target.isEmpty() || origin.equals(target)) {
      return Optional.empty();
    }
    return problem(origin.get(), target.get());
  }

  private static Optional<String> problem(String origin, String target) {
    int from = rank(origin);
    int to = rank(target);
    if (from < 0 || to < 0) {
      return Optional.of("package " + (from < 0 ? origin : target) + " is not in PackageOrder");
    }
    Set<String> modules = MODULES.get(module(origin));
    if (!module(origin).equals(module(target)) && !modules.contains(module(target))) {
      return Optional.of("module " + module(origin) + " uses " + module(target));
    }
    if (from == to && ORDER.get(from).contains(FAMILY)) {
      return Optional.of("family " + origin + " uses its sibling " + target);
    }
    return to <= from ? Optional.empty() : Optional.of(origin + " comes before " + target);
  }

  private static int rank(String name) {
    for (int i = 0; i < ORDER.size(); i++) {
      if (ORDER.get(i).contains(name)) {
        return i;
      }
    }
    boolean family = name.matches("models\\.[a-z0-9]+");
    return family ? ORDER.indexOf(Set.of(FAMILY)) : -1;
  }

  private static String module(String name) {
    return name.split("\\.", 2)[0];
  }

  /// The package below the root; nothing for classes elsewhere.
  private Optional<String> relative(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    return name.startsWith(root + ".")
        ? Optional.of(name.substring(root.length() + 1))
        : Optional.empty();
  }
}
