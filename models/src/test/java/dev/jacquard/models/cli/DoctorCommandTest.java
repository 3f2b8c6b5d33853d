package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.cli.DoctorCommand.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @Test
  void oldJdkIsAProblemWithAdvice() {
    Finding finding = DoctorCommand.jdk(17);
    assertThat(finding.state()).isEqualTo("problem");
    assertThat(finding.advice()).contains("JAVA_HOME", "25");
    assertThat(DoctorCommand.jdk(25).state()).isEqualTo("ok");
  }

  @Test
  void findsALibraryWithAVersionInItsName(@TempDir Path folder) throws IOException {
    Path library = Files.createFile(folder.resolve("libcublas.so.12"));
    Files.createFile(folder.resolve("libcublasLt.so.12"));
    assertThat(DoctorCommand.cuda("libcublas", List.of(folder), "").found())
        .isEqualTo(library.toString());
  }

  @Test
  void missingLibraryIsANoteWithAdvice(@TempDir Path folder) throws IOException {
    Finding finding = DoctorCommand.cuda("libcuda", List.of(folder), "install it");
    assertThat(finding.state()).isEqualTo("note");
    assertThat(finding.advice()).isEqualTo("install it");
  }

  @Test
  void looksIntoTheLibraryPathFirst(@TempDir Path folder) {
    List<Path> folders =
        DoctorCommand.libraryFolders(folder + ":/no/such/folder", List.of(folder + "/.."));
    assertThat(folders).containsExactly(folder, folder.resolve(".."));
  }

  @Test
  void hugePagesNeedTheTunableOnlyWhereProgramsMustAsk() {
    String madvise = "always [madvise] never";
    assertThat(DoctorCommand.hugePages(madvise, "").state()).isEqualTo("note");
    assertThat(DoctorCommand.hugePages(madvise, "glibc.malloc.hugetlb=1").state()).isEqualTo("ok");
    assertThat(DoctorCommand.hugePages("[always] madvise never", "").state()).isEqualTo("ok");
    assertThat(DoctorCommand.hugePages("always madvise [never]", "").state()).isEqualTo("note");
  }
}
