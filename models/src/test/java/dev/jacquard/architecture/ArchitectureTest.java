package dev.jacquard.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What may know what. Each rule is also run over classes below `architecture.twin` that break it,
/// so that a rule that checks nothing is noticed.
class ArchitectureTest {

  private static final String ROOT = "dev.jacquard";
  private static final String TWIN = "dev.jacquard.architecture.twin";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT + ".tensor", ROOT + ".nn", ROOT + ".jpeg", ROOT + ".models");
  private static final JavaClasses TWINS = new ClassFileImporter().importPackages(TWIN);

  @Test
  void seesTheClassesOfAllModules() {
    assertThat(MAIN.stream().map(JavaClass::getPackageName))
        .contains(ROOT + ".tensor.shape", ROOT + ".jpeg", ROOT + ".models.registry")
        .noneMatch(name -> name.startsWith(ROOT + ".architecture"));
  }

  @Test
  void packagesUseOnlyThoseBeforeThem() {
    order(ROOT).check(MAIN);
  }

  @Test
  void wrongOrderIsNoticed() {
    assertThatThrownBy(() -> order(TWIN).check(TWINS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("tensor.shape comes before tensor.backend")
        .hasMessageContaining("module nn uses jpeg")
        .hasMessageContaining("family models.one uses its sibling models.two")
        .hasMessageContaining("package nn.unlisted is not in PackageOrder");
  }

  @Test
  void packagesHaveNoCycles() {
    noCycles(ROOT).check(MAIN);
  }

  @Test
  void cycleIsNoticed() {
    assertThatThrownBy(() -> noCycles(TWIN).check(TWINS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Cycle detected");
  }

  @Test
  void vectorsStayInThreePackages() {
    vectors(ROOT).check(MAIN);
  }

  @Test
  void vectorElsewhereIsNoticed() {
    assertThatThrownBy(() -> vectors(TWIN).check(TWINS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("UsesVectors");
  }

  @Test
  void nobodyUsesRandomnessOrInternalsOfTheJdk() {
    forbidden().check(MAIN);
  }

  @Test
  void randomnessOfTheJdkIsNoticed() {
    assertThatThrownBy(() -> forbidden().check(TWINS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("UsesRandom")
        .hasMessageContaining("UsesUnsafe");
  }

  @Test
  void onlyTheCommandLinePrints() {
    printing(ROOT).check(MAIN);
  }

  @Test
  void printingElsewhereIsNoticed() {
    assertThatThrownBy(() -> printing(TWIN).check(TWINS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Prints")
        .hasMessageContaining("System.err");
  }

  private static ArchRule order(String root) {
    PackageOrder order = new PackageOrder(root);
    return classes().that(order.members()).should(order.condition());
  }

  private static ArchRule noCycles(String root) {
    return slices()
        .matching(root + ".(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(isInKnot(root), isInKnot(root));
  }

  /// `tensor`, `tensor.autograd` and `tensor.op` may know each other.
  private static DescribedPredicate<JavaClass> isInKnot(String root) {
    return JavaClass.Predicates.resideInAnyPackage(
        root + ".tensor", root + ".tensor.autograd", root + ".tensor.op");
  }

  private static ArchRule vectors(String root) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            root + ".tensor.backend.cpu", root + ".jpeg.dct", root + ".jpeg.color")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..");
  }

  private static ArchRule forbidden() {
    return noClasses()
        .should(dependOnClassesThat(JavaClass.Predicates.assignableTo(Random.class)))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("sun.misc..", "jdk.internal..");
  }

  private static ArchRule printing(String root) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".models.cli")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err");
  }
}
