package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Draws pictures that are sequences of tokens with a decoding loop: shows what is drawn, and keeps
/// what is finished when it is cancelled.
public final class SequenceDrawing {
  private final Pictures pictures;
  private final ImageModel.Request request;
  private final GenerationListener listener;

  /// Prepares a drawing.
  ///
  /// @param pictures what sequences are
  /// @param request what to draw
  /// @param listener hears of each step; may cancel
  public SequenceDrawing(
      Pictures pictures, ImageModel.Request request, GenerationListener listener) {
    this.pictures = pictures;
    this.request = request;
    this.listener = listener;
  }

  /// What a model's sequences are.
  public interface Pictures {
    /// What can be seen of a sequence.
    ///
    /// @param tokens `[T]`, perhaps not all
    /// @return a picture
    Picture preview(int[] tokens);

    /// Whether a sequence has come to its end.
    ///
    /// @param tokens the sequence, from index 0 on
    /// @param length how many of `tokens` count
    /// @return false if it was cancelled before
    boolean isFinished(int[] tokens, int length);

    /// The picture of a sequence.
    ///
    /// @param tokens `[T]`
    /// @param promptLength how many of them were given
    /// @return the picture
    GeneratedImage image(int[] tokens, int promptLength);
  }

  /// How sequences are drawn.
  ///
  /// @param prompt what all of them begin with
  /// @param endToken token that ends one
  /// @param maxTokens largest length, prompt included
  /// @param processors applied to the logits in this order
  @SuppressWarnings("ArrayRecordComponent")
  public record Limits(
      int[] prompt, int endToken, int maxTokens, List<LogitsProcessor> processors) {}

  /// Draws.
  ///
  /// @param model the model; sequences have the numbers of their pictures
  /// @param limits how sequences are drawn
  /// @return the pictures in order; when cancelled, those that are finished
  public List<GeneratedImage> draw(SequenceEngine model, Limits limits) {
    RandomStream random = RandomStream.of(request.sampling().seed()).split("sampling");
    DecodingLoop.Request sequences =
        new DecodingLoop.Request(
            Collections.nCopies(request.count(), limits.prompt),
            request.batch(),
            limits.endToken,
            limits.maxTokens,
            limits.processors,
            request.sampling().sampler(),
            IntStream.range(0, request.count()).mapToObj(random::split).toList());
    Progress progress = new Progress(limits.prompt);
    List<GeneratedImage> images = new ArrayList<>();
    for (int[] tokens : request.loop().generate(model, sequences, progress)) {
      if (!progress.cancelled || pictures.isFinished(tokens, tokens.length)) {
        images.add(pictures.image(tokens, limits.prompt.length));
      }
    }
    return images;
  }

  /// Counts what a loop reports, and shows what is drawn: as many pictures as are drawn at once,
  /// from the first that has not ended.
  private final class Progress implements DecodingLoop.Listener {
    private final int[][] sequences; // as far as they are known
    private final int[] lengths;
    private final boolean[] isWhole;
    private int shown; // the first picture that has not been seen whole
    private boolean cancelled;

    Progress(int[] prompt) {
      sequences = Collections.nCopies(request.count(), prompt).toArray(int[][]::new);
      lengths = new int[request.count()];
      isWhole = new boolean[request.count()];
      Arrays.fill(lengths, prompt.length);
    }

    @Override
    public void onTokens(int sequence, int[] tokens, int length) {
      sequences[sequence] = tokens;
      lengths[sequence] = length;
      isWhole[sequence] = length == tokens.length || pictures.isFinished(tokens, length);
    }

    @Override
    public boolean onPrompt(int sequence, int read, int length) {
      cancelled = !listener.onPrompt(sequence, read, length);
      return !cancelled;
    }

    @Override
    public boolean onStep(long tokens, int running) {
      listener.onPreview(shown, this::previews);
      while (shown < lengths.length - 1 && isWhole[shown]) {
        shown++;
      }
      cancelled = !listener.onProgress(tokens, lengths.length - running);
      return !cancelled;
    }

    private List<Picture> previews() {
      return IntStream.range(shown, Math.min(shown + request.batch(), lengths.length))
          .mapToObj(i -> pictures.preview(Arrays.copyOf(sequences[i], lengths[i])))
          .toList();
    }
  }
}
