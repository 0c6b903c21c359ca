import { stableStringify } from "../../src/core/json.ts";
import type { TokenKind } from "../../src/data/text/text_rules.ts";
import { formatNumber } from "../../src/report/format/numbers.ts";
import type { EpochRecord } from "../../src/training/training_position.ts";

/** The perplexity of a loss in nats, and for characters the bits that each takes. */
export function measures(loss: number, kind: TokenKind) {
  const perplexity = Math.exp(loss);
  return kind === "characters" ? { perplexity, bitsPerCharacter: loss / Math.LN2 } : { perplexity };
}

/** The losses by epoch, for people and programs to read. Times are not in it. */
export function historyText(history: readonly EpochRecord[], kind: TokenKind): string {
  const epochs = history.map((record, i) => ({
    epoch: i + 1,
    ...record,
    // No number stands for infinity in JSON.
    ...finite(measures(record.validationLoss, kind)),
  }));
  return `${stableStringify({ format: "unroll-history-1", unit: "nats", epochs }, 2)}\n`;
}

function finite(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** What an epoch gave, in a line. */
export function epochLine(
  record: EpochRecord,
  { epoch, epochs, kind }: {
    readonly epoch: number;
    readonly epochs: number;
    readonly kind: TokenKind;
  },
): string {
  const { trainLoss, validationLoss, learningRate } = record;
  const { perplexity, bitsPerCharacter } = measures(validationLoss, kind);
  return [
    `epoch ${epoch}/${epochs}: loss ${nats(trainLoss)}, held out ${nats(validationLoss)} nats`,
    `perplexity ${formatNumber(perplexity)}`,
    ...(bitsPerCharacter === undefined ? [] : [`${nats(bitsPerCharacter)} bits a character`]),
    `learning rate ${formatNumber(learningRate, 3)}`,
  ].join(", ");
}

function nats(loss: number): string {
  return loss.toFixed(3);
}
