import { streamBatches } from "../../src/data/text/stream_batches.ts";
import type { TokenBatch } from "../../src/data/text/token_batches.ts";
import { START } from "../../src/data/text/vocabulary.ts";
import { type StreamSizes, streamSizes } from "./stream_sizes.ts";
import type { TrainSettings } from "./train_settings.ts";
import type { TrainingText } from "./training_text.ts";

/** Batches, with their sizes. */
export interface SizedBatches {
  readonly sizes: StreamSizes;
  readonly length: number;
  at(index: number): TokenBatch | undefined;
}

/** The batches of both sides of a text. */
export interface TextBatches {
  readonly training: SizedBatches;
  readonly validation: SizedBatches;
}

/** Batches that there should be in an epoch before tracks are put side by side. */
const FEWEST = 4;

/** Logits of a batch of validation, at most: 64 MB. */
const MOST_LOGITS = 16_000_000;

/** The batches of a training text. START is given to a model, and never asked of it. */
export function textBatches(
  { tokenizer, training, validation }: TrainingText,
  { batch: batchSize, length }: TrainSettings,
): TextBatches {
  const rows = Math.max(1, Math.floor(MOST_LOGITS / tokenizer.vocabulary.size));
  const heldSizes = {
    batchSize: Math.min(batchSize, rows),
    length: Math.max(1, Math.min(length, Math.floor(rows / batchSize))),
  };
  return {
    training: sized(training, streamSizes(training.length, { batchSize, length }, FEWEST)),
    validation: sized(validation, streamSizes(validation.length, heldSizes)),
  };
}

function sized(ids: Int32Array, sizes: StreamSizes): SizedBatches {
  const batches = streamBatches(ids, { ...sizes, unasked: [START] });
  return { sizes, length: batches.length, at: (index) => batches.at(index) };
}
