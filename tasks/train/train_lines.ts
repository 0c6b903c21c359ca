import type { BackendDescription } from "../../src/core/backend.ts";
import { UNK } from "../../src/data/text/vocabulary.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import { formatExact, formatPercent } from "../../src/report/format.ts";
import type { EpochRecord } from "../../src/training/training_position.ts";
import { epochLine } from "./epoch_numbers.ts";
import type { Resumption } from "./resume.ts";
import type { TextBatches } from "./text_batches.ts";
import type { TrainSettings } from "./train_settings.ts";
import type { TrainingText } from "./training_text.ts";
import { shellWord } from "../visible.ts";

/** What is said before training begins: of what, with what, and from where. */
export function openingLines(
  { tokenizer, config }: TextModelDescription,
  { text, batches, backend, resumption }: {
    readonly text: TrainingText;
    readonly batches: TextBatches;
    readonly backend: BackendDescription;
    readonly resumption: Resumption | null;
  },
): string[] {
  const { kind, vocabulary } = tokenizer;
  const { training, validation, split } = text;
  const known = 1 - share(validation, UNK);
  const covered = known === 1 ? "all" : formatPercent(known);
  const { batchSize, length } = batches.training.sizes;
  const sizes = `${counted(config.numLayers, "layer")} of ${config.hiddenSize}`;
  const position = resumption?.position;
  return [
    `${formatExact(training.length)} ${kind} of ${counted(split.training.length, "document")} to` +
    ` learn from, ${formatExact(validation.length)} of ${split.validation.length} held out;` +
    ` ${formatExact(vocabulary.size)} ids, which cover ${covered} of what is held out`,
    `${sizes} on ${backend.name}; an epoch is ${counted(batches.training.length, "step")} of` +
    ` ${counted(batchSize, "track")} by ${length} ${kind}`,
    ...(position
      ? [
        `goes on after epoch ${position.epoch}` +
        (position.batch > 0 ? ` and ${counted(position.batch, "step")}` : ""),
      ]
      : []),
  ];
}

/** What is said at the end: what was reached, where it is, and how to ask it. */
export function closingText(
  history: readonly EpochRecord[],
  { epochs, tokens: kind }: TrainSettings,
  out: string,
): string {
  const losses = history.map(({ validationLoss }) => validationLoss);
  const best = losses.indexOf(Math.min(...losses));
  const record = history[best];
  const reached = record
    ? `The best is ${epochLine(record, { epoch: best + 1, epochs, kind })}.`
    : "";
  const prompt = kind === "words" ? "the" : "The ";
  return `${reached}
The model is in ${out}. Ask it:
  deno task generate --model ${shellWord(out)} --prompt ${shellWord(prompt)}`;
}

function counted(count: number, what: string): string {
  return `${formatExact(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The share of an id among all. */
function share(ids: Int32Array, which: number): number {
  let count = 0;
  for (const id of ids) if (id === which) count++;
  return count / ids.length;
}
