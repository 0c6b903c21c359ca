import type { BackendDescription } from "../../src/core/backend.ts";
import { UNK } from "../../src/data/text/vocabulary.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import { formatExact, formatPercent } from "../../src/report/format/numbers.ts";
import type { EpochRecord, TrainingPosition } from "../../src/training/training_position.ts";
import { shellWord } from "../visible.ts";
import { epochLine } from "./epoch_numbers.ts";
import { suggestedPrompt } from "./suggested_prompt.ts";
import type { TextBatches } from "./text_batches.ts";
import type { TrainOptions } from "./train_options.ts";
import type { TrainSettings } from "./train_settings.ts";
import type { TrainingEnd } from "./training_run.ts";
import type { TrainingText } from "./training_text.ts";

/** The share of held-out tokens that must be known for numbers that others can be held against. */
const MOSTLY = 0.99;

/** Documents of which it is said what parts them. */
const FEW = 10;

/** What is said before training begins: of what, with what, and from where. */
export function openingLines(
  { tokenizer, config }: TextModelDescription,
  { text, batches, backend, settings, position }: {
    readonly text: TrainingText;
    readonly batches: TextBatches;
    readonly backend: BackendDescription;
    readonly settings: TrainSettings;
    /** Where it goes on from. */
    readonly position: TrainingPosition | null;
  },
): string[] {
  const { kind, vocabulary } = tokenizer;
  const { training, validation, split } = text;
  const known = knownShare(text);
  const covered = known === 1 ? "all" : formatPercent(known);
  const { batchSize, length } = batches.training.sizes;
  const sizes = `${counted(config.numLayers, "layer")} of ${config.hiddenSize}`;
  return [
    `${formatExact(training.length)} ${kind} of ${counted(split.training.length, "document")} to` +
    ` learn from, ${formatExact(validation.length)} of ${split.validation.length} held out;` +
    ` ${formatExact(vocabulary.size)} ids, which cover ${covered} of what is held out`,
    ...(split.training.length + split.validation.length < FEW
      ? ["these are few documents: in a file, blank lines part them, or lines where there are none"]
      : []),
    `${sizes} on ${backend.name}; an epoch is ${counted(batches.training.length, "step")} of` +
    ` ${counted(batchSize, "track")} by ${counted(length, kind.slice(0, -1))}`,
    ...(position ? [goesOnLine(position, settings)] : []),
  ];
}

function goesOnLine({ epoch, batch }: TrainingPosition, { epochs, schedule }: TrainSettings) {
  if (epoch < epochs) return `goes on ${placeText(epoch, batch)}`;
  const more = schedule === "cosine" ? "" : "; more --epochs go on";
  return `nothing is left to do ${placeText(epoch, batch)}${more}`;
}

/** What is said where training was stopped. */
export function stoppedLine(
  { history, steps, kept }: TrainingEnd,
  { fresh, out }: Pick<TrainOptions, "fresh" | "out">,
): string {
  const place = placeText(history.length, steps);
  if (!kept) return `Stopped ${place}, without a checkpoint: ${out} has the model from before.`;
  return `Stopped ${place}; the same command${fresh ? ", without --fresh," : ""} goes on.`;
}

function placeText(epoch: number, steps: number): string {
  if (epoch === 0) return steps === 0 ? "before the first step" : `after ${counted(steps, "step")}`;
  return `after epoch ${epoch}${steps > 0 ? ` and ${counted(steps, "step")}` : ""}`;
}

/** What is said at the end: what was reached, where it is, and how to ask it. */
export function closingText(
  history: readonly EpochRecord[],
  text: TrainingText,
  { settings: { epochs }, out }: Pick<TrainOptions, "settings" | "out">,
): string {
  const { kind } = text.tokenizer;
  let best = 0;
  history.forEach(({ validationLoss }, i) => {
    if (validationLoss < (history[best]?.validationLoss ?? Infinity)) best = i;
  });
  const record = history[best];
  const known = knownShare(text);
  const prompt = suggestedPrompt(text);
  return [
    ...(record ? [`The best is ${epochLine(record, { epoch: best + 1, epochs, kind })}.`] : []),
    ...(known < MOSTLY
      ? [
        `${
          formatPercent(1 - known)
        } of held-out ${kind} are unknown and count as one, <UNK>: hold ` +
        "such numbers against none of another vocabulary.",
      ]
      : []),
    `The model is in ${out}. Ask it:`,
    `  deno task generate --model ${shellWord(out)}` +
    (prompt === null ? "" : ` --prompt ${shellWord(prompt)}`),
  ].join("\n");
}

function counted(count: number, what: string): string {
  return `${formatExact(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** The share of held-out tokens that have an id of their own. */
function knownShare({ validation, split }: TrainingText): number {
  let unknown = 0;
  for (const id of validation) if (id === UNK) unknown++;
  // Each document has two ids besides its tokens.
  return 1 - unknown / (validation.length - 2 * split.validation.length);
}
