package dev.jacquard.models.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.registry.SystemCard.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {

  @Test
  void tableInReadmeIsTheRegistry() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme)
        .as("models/README.md; print the table with: jacquard systems --markdown")
        .contains(ModelRegistry.markdown());
  }

  @Test
  void namesAreUniqueAndInLowerCase() {
    List<String> names = ModelRegistry.systems().stream().map(SystemCard::name).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9-]+"));
  }

  @Test
  void arxivIdsAreWellFormedAndUnique() {
    List<String> ids =
        ModelRegistry.systems().stream()
            .map(SystemCard::arxiv)
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("\\d{4}\\.\\d{5}"));
  }

  @Test
  void everyProofIsATestClassOfTheProject() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..")).filter(ModelRegistryTest::isTest)) {
      List<String> tests = files.map(file -> simpleName(file)).toList();
      assertThat(ModelRegistry.systems())
          .filteredOn(card -> !card.proof().isEmpty())
          .allSatisfy(card -> assertThat(tests).contains(card.proof()));
    }
  }

  @Test
  void onlyANamedTestMakesASystemWork() {
    SystemCard planned = SystemCard.planned("x", "family", "", "title", "idea");
    assertThat(planned.stage()).isEqualTo(Stage.PLANNED);
    assertThat(new SystemCard("x", "family", "", "title", "idea", "some", "").stage())
        .isEqualTo(Stage.IN_PROGRESS);
    assertThat(new SystemCard("x", "family", "", "title", "idea", "all", "XTest").stage())
        .isEqualTo(Stage.WORKS);
  }

  @Test
  void findsASystemWhateverTheCase() {
    assertThat(ModelRegistry.find("JPEG-LM")).map(SystemCard::arxiv).hasValue("2408.08459");
    assertThat(ModelRegistry.find("no-such-system")).isEmpty();
  }

  private static boolean isTest(Path file) {
    String path = file.toString();
    return path.contains("src/test/java") && path.endsWith(".java");
  }

  private static String simpleName(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }
}
