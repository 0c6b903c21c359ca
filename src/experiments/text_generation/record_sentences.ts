import { type Context, overlapOf } from "./parameters.ts";
import {
  type HeldOutLosses,
  type SentenceRecord,
  type Training,
  trainings,
} from "./sentence_model.ts";
import { type SentencesPart, wordModels } from "./sentences.ts";

const curves: Readonly<Record<string, (record: SentenceRecord) => number>> = {
  "training": ({ trainLoss }) => trainLoss,
  "held out": ({ heldOut }) => heldOut.all,
  "held out, known": ({ heldOut }) => heldOut.known,
};

/** The two sets of held-out words: all words, and the words that occur in training. */
const words = { all: "all held-out words", known: "words that training has" } as const;

/**
 * Records how the sentences are learned, and how well held-out words are predicted.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function recordSentences(context: Context, parts: readonly SentencesPart[]): void {
  recordCurves(context, parts);
  recordRates(context, parts);
  recordPerplexity(context, parts);
  describe(context, parts);
}

/** Returns the points of curves by epoch, counted from 1. */
function epochsOf({ parameters: { epochs } }: Context) {
  const values = Array.from({ length: epochs }, (_, epoch) => epoch + 1);
  return { name: "epoch", label: "epoch", values };
}

/** Records the perplexity by epoch, in training and on held-out words. */
function recordCurves(context: Context, parts: readonly SentencesPart[]): void {
  const { parameters: { epochs } } = context;
  context.curves({
    id: "curves-sentences",
    title: "Perplexity by epoch: the sentences",
    names: [{ name: "training", label: "training" }, { name: "words", label: "words" }],
    x: epochsOf(context),
    value: { label: "perplexity", statistic: "geometric-mean" },
    curves: trainings.flatMap((training) =>
      Object.entries(curves).map(([name, lossOf]) => ({
        names: [training, name],
        values: parts.map(({ histories }) =>
          histories[training].map((one) => Math.exp(lossOf(one)))
        ),
      }))
    ),
    figure: {
      title: "Learning 20 sentences",
      caption: "If the training curve falls while a held-out curve rises, the network learns the " +
        "training sentences by heart. Training: mean over an epoch, with dropout, each window before the update that it leads to. " +
        "Held out: after the epoch, without dropout; all words, and those that the training " +
        "sentences have, each normalised over these. " +
        bandText(context),
      alt: "Two charts, as in the notebook and with a constant learning rate: " +
        "the perplexity on a log axis against the epoch, a line with a band for training, one for " +
        "all held-out words and one for those that training has.",
      x: { domain: [1, epochs] },
      y: { scale: "log" },
      series: "words",
      facet: "training",
    },
  });
}

/** Records the learning rate by epoch, with and without the schedule. */
function recordRates(context: Context, parts: readonly SentencesPart[]): void {
  const { parameters: { epochs, patience } } = context;
  context.curves({
    id: "rate-sentences",
    title: "Learning rate by epoch: the sentences",
    x: epochsOf(context),
    value: { label: "learning rate", statistic: "geometric-mean" },
    curves: [{
      values: parts.map(({ histories }) =>
        histories["as in the notebook"].map(({ learningRate }) => learningRate)
      ),
    }],
    figure: {
      title: "The notebook's schedule",
      caption:
        "See how late the schedule acts, compared with the rise of the held-out curve in the " +
        `first chart. It halves the learning rate if the held-out loss has not been lower for more than ${patience} epochs, at ` +
        `epochs that differ by seed. ${bandText(context)}`,
      alt: "The learning rate on a log axis against the epoch, a line with a band.",
      x: { domain: [1, epochs] },
      y: { scale: "log" },
    },
  });
}

/** Returns the sentence of captions about means and bands. */
function bandText({ seeds }: Context): string {
  return `Geometric mean over ${seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`;
}

/** Records the held-out perplexity of the network and of n-gram models. */
function recordPerplexity(context: Context, parts: readonly SentencesPart[]): void {
  const of = (which: keyof typeof words): Record<string, number[]> => {
    const losses = parts.map(({ histories }) =>
      histories["as in the notebook"].map(({ heldOut }) => heldOut[which])
    );
    return {
      ...Object.fromEntries(wordModels.map((name) => {
        return [name, parts.map(({ baselines }) => baselines[which][name])];
      })),
      "LSTM, last epoch": losses.map((each) => each.at(-1) ?? NaN),
      "LSTM, best epoch": losses.map((each) => Math.min(...each)),
    };
  };
  context.intervals({
    id: "perplexity-sentences",
    title: "Perplexity of held-out words",
    names: [{ name: "words", label: "words" }, { name: "model", label: "model" }],
    value: { label: "perplexity", statistic: "geometric-mean" },
    rows: (["all", "known"] as const).flatMap((which) =>
      Object.entries(of(which)).map(([model, losses]) => ({
        names: [words[which], model],
        values: losses.map(Math.exp),
      }))
    ),
    figure: {
      title: "Held-out words: perplexity",
      caption:
        "Compare the LSTM after its last epoch with the uniform model on the left and with " +
        "the n-gram models on the right. Each word of the held-out sentences counts once, and all " +
        "models are normalised over the same words: on the left over all words, on " +
        "the right over those seen in training. Best epoch: chosen on the test words and therefore " +
        "optimistic. If no sequence of three words comes twice, the bigram and the 5-gram model " +
        "agree. Geometric mean " +
        `over ${context.seeds.length} seeds; lines: 95 % intervals, without allowance for ` +
        "overlapping splits.",
      alt:
        "Two charts, all held-out words and those that training has: for the uniform, unigram, " +
        "bigram and 5-gram models and for the LSTM after its last and its best epoch the " +
        "perplexity, a symbol with an interval for each.",
      x: { scale: "log" },
      y: "model",
      facet: "words",
    },
  });
}

/** Records estimates without verdicts. */
function describe(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const history = parts.map(({ histories }) => histories["as in the notebook"]);
  const metric = (id: string, label: string, values: readonly number[], unit?: string): void =>
    context.metric({
      ...{ id, label, values, overlap, statistic: unit === undefined ? "geometric-mean" : "mean" },
      ...(unit === undefined ? {} : { unit }),
    });
  metric(
    "perplexity-last",
    "perplexity of all held-out words after the last epoch",
    history.map((records) => Math.exp(records.at(-1)?.heldOut.all ?? NaN)),
  );
  metric(
    "perplexity-uniform",
    "perplexity of a uniform model on all held-out words",
    parts.map(({ baselines }) => Math.exp(baselines.all.uniform)),
  );
  metric(
    "perplexity-over-uniform",
    "perplexity of the LSTM after the last epoch over that of a uniform model, all held-out words",
    parts.map(({ baselines }, i) => {
      return Math.exp((history[i]?.at(-1)?.heldOut.all ?? NaN) - baselines.all.uniform);
    }),
  );
  metric(
    "rise-best",
    "perplexity of all held-out words after the last epoch over that after the best one",
    history.map((records) => {
      const losses = records.map(({ heldOut }) => heldOut.all);
      return Math.exp((losses.at(-1) ?? NaN) - Math.min(...losses));
    }),
  );
  metric(
    "clipped-share",
    "share of the steps on the sentences whose gradient norm is above the limit",
    history.map((records) => {
      return records.reduce((sum, { clipped }) => sum + clipped / records.length, 0);
    }),
    "of the steps",
  );
  metric(
    "known-words",
    "held-out words that training has",
    parts.map(({ tokens }) => tokens.known),
    "words",
  );
}

/**
 * Records the claims about the sentences.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function claimSentences(context: Context, parts: readonly SentencesPart[]): void {
  claimComparisons(context, parts);
  claimOverfitting(context, parts);
  claimSchedule(context, parts);
}

/** Returns the last record of each seed. */
function lasts(parts: readonly SentencesPart[], training: Training): SentenceRecord[] {
  return parts.flatMap(({ histories }) => histories[training].at(-1) ?? []);
}

/** Records the claims that compare the network with n-gram models. */
function claimComparisons(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const losses = (training: Training, which: keyof HeldOutLosses): number[] =>
    lasts(parts, training).map(({ heldOut }) => heldOut[which]);
  const ratios = (above: readonly number[], below: readonly number[]): number[] =>
    above.map((loss, i) => Math.exp(loss - (below[i] ?? NaN)));
  const constant = "a constant learning rate, which reads no held-out word";
  const whole = "the LSTM's probabilities normalised over all ids";
  for (const name of ["unigram", "5-gram"] as const) {
    const others = parts.map(({ baselines }) => baselines.known[name]);
    const lstm = losses("as in the notebook", "known");
    context.claim(`sentences-beat-${name}`, {
      ...{ overlap, values: ratios(lstm, others) },
      parts: { "loss of the LSTM, nats": lstm, [`loss of the ${name} model, nats`]: others },
      alternatives: [
        { name: whole, values: ratios(losses("as in the notebook", "knownAmongAll"), others) },
        { name: constant, values: ratios(losses("constant learning rate", "known"), others) },
      ],
    });
  }
}

/** Records the claims about overfitting. */
function claimOverfitting(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const half = Math.floor(context.parameters.epochs / 2) - 1;
  const rises = (which: "all" | "known", training: Training): number[] =>
    parts.map(({ histories }) => {
      const records = histories[training];
      return Math.exp(
        (records.at(-1)?.heldOut[which] ?? NaN) - (records[half]?.heldOut[which] ?? NaN),
      );
    });
  for (
    const [id, which] of [["held-out-rises", "all"], ["held-out-known-rises", "known"]] as const
  ) {
    context.claim(id, {
      ...{ overlap, values: rises(which, "as in the notebook") },
      alternatives: [{
        name: "a constant learning rate",
        values: rises(which, "constant learning rate"),
      }],
    });
  }
}

/** Records the claims about the notebook's schedule. */
function claimSchedule(context: Context, parts: readonly SentencesPart[]): void {
  const overlap = overlapOf(parts[0]?.sentences);
  const ratios = (lossOf: (record: SentenceRecord) => number): number[] => {
    const as = lasts(parts, "as in the notebook").map(lossOf);
    return lasts(parts, "constant learning rate")
      .map((record, i) => Math.exp(lossOf(record) - (as[i] ?? NaN)));
  };
  context.claim("scheduling-training", { overlap, values: ratios(({ trainLoss }) => trainLoss) });
  context.metric({
    ...{ id: "scheduling-known", statistic: "geometric-mean", overlap },
    label:
      "held-out perplexity on words that training has: constant rate over the notebook's schedule",
    values: ratios(({ heldOut }) => heldOut.known),
  });
  context.claim("scheduling-held-out", {
    ...{ overlap, values: ratios(({ heldOut }) => heldOut.all) },
    alternatives: [{
      name: "words that training has",
      values: ratios(({ heldOut }) => heldOut.known),
    }],
  });
}
