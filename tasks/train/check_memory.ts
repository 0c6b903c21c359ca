import { InputError } from "../../src/core/errors.ts";
import { parameterCount } from "../../src/model/language_model_config.ts";
import { formatNumber } from "../../src/report/format/numbers.ts";
import type { TrainSettings } from "./train_settings.ts";

/** Bytes of a parameter in training: its value, its gradient and two moments in float32. */
const BYTES = 16;

/** Bytes that all parameters may take. One memory has at most 4 GB, and must hold a batch too. */
const MOST = 2e9;

/**
 * Checks that memory can hold what training makes of a network.
 *
 * @throws {InputError} Naming the settings that it depends on, and how much it would be.
 */
export function checkMemory(
  { embedding: embeddingDim, hidden: hiddenSize, layers: numLayers, tie }: TrainSettings,
  vocabularySize: number,
): void {
  const sizes = { vocabularySize, embeddingDim, hiddenSize, numLayers, tieWeights: tie };
  const count = parameterCount(sizes);
  if (BYTES * count <= MOST) return;
  const gigabytes = (bytes: number) => `${formatNumber(bytes / 1e9, 3)} GB`;
  const wanted = `so small that training fits in ${gigabytes(MOST)}`;
  const help = `That is ${BYTES} bytes for each of ${formatNumber(count, 3)} parameters.`;
  throw new InputError(
    "--hidden, --layers and --embedding",
    wanted,
    gigabytes(BYTES * count),
    help,
  );
}
