/** How a stream of tokens is cut into batches. */
export interface StreamSizes {
  /** Tracks side by side. */
  readonly batchSize: number;
  /** Steps of a batch. */
  readonly length: number;
}

/** Where batches are fewer than this, their length is fitted so that hardly a token is left over. */
const FEW = 10;

/**
 * The sizes of batches for a stream: those that are wanted where the text is long, else fewer
 * tracks, so that there are some batches one after the other, then shorter ones.
 *
 * @param tokens The ids of the stream, at least 2.
 * @param batches How many batches there should be before tracks are put side by side.
 */
export function streamSizes(tokens: number, wanted: StreamSizes, batches = 1): StreamSizes {
  const { length } = wanted;
  const most = Math.floor((tokens - 1) / (length * batches));
  const batchSize = Math.max(1, Math.min(wanted.batchSize, most));
  const track = Math.floor((tokens - 1) / batchSize);
  const count = Math.ceil(track / length);
  return { batchSize, length: count < FEW ? Math.floor(track / count) : length };
}
