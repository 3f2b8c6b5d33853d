package dev.jacquard.models.registry;

/// One system: where it comes from, the one idea that it adds, and what of it works here today.
///
/// @param name short name, as on the command line
/// @param family group of systems that share their code
/// @param arxiv arXiv id of the paper, or empty for a text that joins several papers
/// @param title title of the paper
/// @param idea the one box of the toolkit that this system adds
/// @param works what can be used today; empty while the system is only planned
/// @param proof simple name of the test class that shows it; empty until there is one
public record SystemCard(
    String name,
    String family,
    String arxiv,
    String title,
    String idea,
    String works,
    String proof) {

  /// How far a system has come.
  public enum Stage {
    /// Nothing of it can be used yet.
    PLANNED("planned"),
    /// Parts exist; no test shows the whole.
    IN_PROGRESS("in progress"),
    /// It can be used, and a test shows that it does what the card says.
    WORKS("works");

    private final String words;

    Stage(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /// A card for a system that is not written yet.
  ///
  /// @param name short name
  /// @param family group of systems
  /// @param arxiv arXiv id, or empty
  /// @param title title of the paper
  /// @param idea what the system adds
  /// @return a card in stage `PLANNED`
  public static SystemCard planned(
      String name, String family, String arxiv, String title, String idea) {
    return new SystemCard(name, family, arxiv, title, idea, "", "");
  }

  /// How far the system has come: only a named test makes it `WORKS`.
  ///
  /// @return the stage that follows from `works` and `proof`
  public Stage stage() {
    if (works.isEmpty()) {
      return Stage.PLANNED;
    }
    return proof.isEmpty() ? Stage.IN_PROGRESS : Stage.WORKS;
  }
}
