import { ratioBySeed } from "../ratios.ts";
import { median } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { baselineRules, bitsPerCharacter, recordCharacterCurves } from "./record_learning.ts";
import { characterModels, type CharactersPart } from "./characters.ts";
import { contexts, LONGEST } from "./context_losses.ts";
import { bits, type Context, last, overlapOf } from "./parameters.ts";

/**
 * Records how characters are learned, and how well held-out characters are predicted.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function recordCharacters(context: Context, parts: readonly CharactersPart[]): void {
  recordCharacterCurves(context, parts);
  recordBits(context, parts);
  recordContext(context, parts);
  describe(context, parts);
}

/** Records the final bits per character of networks and n-gram models. */
function recordBits(context: Context, parts: readonly CharactersPart[]): void {
  const sizeOf = (name: (typeof architectures)[number]): string => {
    const sizes = new Set(parts.map(({ networks }) => networks[name].hiddenSize));
    return `${name}, ${[...sizes].sort((a, b) => a - b).join(" or ")} units`;
  };
  const values: Record<string, number[]> = {
    ...Object.fromEntries(characterModels.map((name) => {
      return [name, parts.map(({ baselines }) => baselines[name])];
    })),
    ...Object.fromEntries(architectures.map((name) => {
      return [sizeOf(name), parts.map(({ networks }) => last(networks[name].history))];
    })),
  };
  context.intervals({
    id: "bits-characters",
    title: "Bits per held-out character at the end of training",
    names: [{ name: "model", label: "model" }],
    value: bitsPerCharacter,
    rows: Object.entries(values).map(([model, losses]) => ({
      names: [model],
      values: losses.map(bits),
    })),
    figure: {
      title: "Held-out characters: bits",
      caption:
        "Compare the networks with each other and with the n-gram models of the same training " +
        "text. The networks train equally many numbers. All models are normalised " +
        `over the same characters. Mean over ${context.seeds.length} seeds; lines: 95 % intervals, ` +
        "without allowance for overlapping splits.",
      alt:
        "For the uniform model, n-gram models of 1, 2, 3, 5 and 8 characters and for RNN, LSTM " +
        "and GRU the bits per character on held-out text, a symbol with an interval for each.",
      y: "model",
    },
  });
}

/** Records the LSTM's bits per character by the number of true characters of context. */
function recordContext(context: Context, parts: readonly CharactersPart[]): void {
  context.curves({
    id: "context-characters",
    title: "Bits per character by how many characters before it are the true ones: the LSTM",
    x: { name: "known", label: "true characters before it", values: contexts },
    value: bitsPerCharacter,
    curves: [{ values: parts.map(({ byContext }) => byContext.map(bits)) }],
    figure: {
      title: "Characters by context",
      caption:
        "Once the curve is level, what is further back no longer changes the loss. The same held-out " +
        `characters at every point, each after ${LONGEST} characters, of which only the last are the ` +
        "true ones; those before come from elsewhere in the held-out text, so that the state is as " +
        `usual as in reading. Mean over ${context.seeds.length} seeds; band: pointwise 95 % ` +
        "intervals over seeds. Rules: n-gram models of the training text.",
      alt:
        "The bits per character against the number of true characters before it, on a log axis, a " +
        "line with a band, and levels, those of the unigram, bigram, 3-gram and 5-gram models.",
      x: { scale: "log" },
      under: baselineRules(parts),
    },
  });
}

/**
 * The number of bits by which a loss must rise between checks, or end above its minimum, to count
 * as a setback.
 */
const SETBACK = 0.2;

/** Records how much networks still improve at the end of training, and how steadily they learn. */
function describe(context: Context, parts: readonly CharactersPart[]): void {
  const overlap = overlapOf(parts[0]?.documents);
  context.metric({
    ...{ id: "passes", label: "passes over the training text", overlap },
    values: parts.map(({ pass }) => context.parameters.updates / pass),
  });
  for (const name of architectures) {
    context.metric({
      id: `last-quarter-${name.toLowerCase()}`,
      label: `what the ${name} gains in the last quarter of its updates`,
      ...{ unit: "bits per character", overlap },
      values: parts.map(({ networks }) => {
        const [before = NaN, end = NaN] = networks[name].history.slice(-2)
          .map((record) => bits(record.validationLoss));
        return before - end;
      }),
    });
    const ends = parts.map(({ networks }) => bits(last(networks[name].history)));
    const middle = median(ends);
    context.metric({
      id: `behind-${name.toLowerCase()}`,
      label:
        `seeds in which the ${name} ends more than ${SETBACK} bits above the median over seeds`,
      ...{ unit: "of the seeds", statistic: "share" },
      values: ends.map((end) => end - middle > SETBACK ? 1 : 0),
    });
    context.metric({
      id: `setbacks-${name.toLowerCase()}`,
      label: `seeds in which the held-out loss of the ${name} rises by more than ${SETBACK} bits ` +
        "between two checks",
      ...{ unit: "of the seeds", statistic: "share" },
      values: parts.map(({ networks }) => {
        const losses = networks[name].history.map((record) => bits(record.validationLoss));
        return losses.some((loss, i) => i > 0 && loss - (losses[i - 1] ?? NaN) > SETBACK) ? 1 : 0;
      }),
    });
    context.metric({
      id: `breakdowns-${name.toLowerCase()}`,
      label: `seeds in which the ${name} ends more than ${SETBACK} bits above its best check`,
      ...{ unit: "of the seeds", statistic: "share" },
      values: parts.map(({ networks }) => {
        const losses = networks[name].history.map((record) => bits(record.validationLoss));
        return (losses.at(-1) ?? NaN) - Math.min(...losses) > SETBACK ? 1 : 0;
      }),
    });
  }
}

/**
 * Records the claims about networks of characters.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function claimCharacters(context: Context, parts: readonly CharactersPart[]): void {
  const overlap = overlapOf(parts[0]?.documents);
  const fiveGram = parts.map(({ baselines }) => baselines["5-gram"]);
  const read = parts.map(({ grown }) => grown.at(-1)?.["5-gram"] ?? NaN);
  context.metric({
    id: "lstm-better-rnn",
    label: "seeds in which the LSTM needs fewer bits than the RNN at the end",
    ...{ unit: "of the seeds", statistic: "share" },
    values: parts.map(({ networks: { LSTM, RNN } }) =>
      last(LSTM.history) < last(RNN.history) ? 1 : 0
    ),
  });
  context.metric({
    id: "lstm-over-rnn-median",
    label: "bits of the LSTM over those of the RNN at the end, median over seeds",
    ...{ labels: ["median"], statistic: "geometric-mean" },
    values: [
      median(parts.map(({ networks: { LSTM, RNN } }) => last(LSTM.history) / last(RNN.history))),
    ],
  });
  const compare = (
    id: string,
    first: Architecture,
    second: Architecture | "5-gram model",
  ): void => {
    const losses = (which: typeof second, when: (each: readonly number[]) => number): number[] =>
      which === "5-gram model" ? fiveGram : parts.map(({ networks }) => {
        return when(networks[which].history.map((record) => record.validationLoss));
      });
    const ratios = (when: (each: readonly number[]) => number): number[] =>
      ratioBySeed(losses(first, when), losses(second, when));
    const atEnd = (each: readonly number[]): number => each.at(-1) ?? NaN;
    context.claim(id, {
      ...{ overlap, values: ratios(atEnd) },
      parts: {
        [`bits of the ${first}`]: losses(first, atEnd).map(bits),
        [`bits of the ${second}`]: losses(second, atEnd).map(bits),
      },
      alternatives: [
        {
          name: "each network at its best check, chosen on the held-out text",
          values: ratios((each) => Math.min(...each)),
        },
        ...(second === "5-gram model"
          ? [{
            name: "a 5-gram model of the text that the LSTM has read",
            values: ratioBySeed(losses(first, atEnd), read),
          }]
          : []),
      ],
    });
  };
  compare("characters-beat-5-gram", "LSTM", "5-gram model");
  compare("characters-lstm-rnn", "LSTM", "RNN");
  compare("characters-gru-lstm", "GRU", "LSTM");
  for (const known of [4, 8]) {
    const few = parts.map(({ byContext }) => bits(byContext[contexts.indexOf(known)] ?? NaN));
    const all = parts.map(({ byContext }) => bits(byContext.at(-1) ?? NaN));
    context.claim(`context-beyond-${known}`, {
      ...{ overlap, values: few.map((loss, i) => loss - (all[i] ?? NaN)) },
      parts: { [`bits with ${known} true`]: few, [`bits with ${LONGEST} true`]: all },
    });
  }
}
