import type { CellInput } from "../../harness/seed_values.ts";
import { estimate } from "../../statistics/estimate.ts";
import { quantile } from "../../statistics/descriptive.ts";
import {
  computedConclusions,
  type Conclusion,
  conclusions,
  fixedSentences,
  mends,
  statedConclusions,
} from "./conclusions.ts";
import { gateNames, type GateSummary, variation, type WeightGradients } from "./sections.ts";
import { type Context, metricName, networkKeys, VANISHED } from "./parameters.ts";
import {
  allFinite,
  averages,
  convergence,
  type Learned,
  lowest,
  testLoss,
} from "./record_learning.ts";
import {
  bestFlows,
  decayRate,
  type EarlyGradients,
  share,
  vanishesBeyond20,
} from "./record_sections.ts";
import { clippedShare, perplexities, wasScheduled } from "./record_text.ts";
import pytorchRun from "./pytorch_run.json" with { type: "json" };
import { readWindows, type TextPart } from "./text.ts";

/** The largest distance from one half at which a mean activation counts as balanced. */
const BALANCED = 0.1;

/** The measures of sections 2 to 4 for all seeds. */
export interface NetworkFindings {
  readonly weights: readonly WeightGradients[];
  readonly gates: readonly GateSummary[];
  readonly flow: EarlyGradients;
  readonly learned: Learned;
}

/** Decides for each seed whether it reaches the conclusions of sections 2 to 4, by id. */
export function networkAnswers(found: NetworkFindings): ReadonlyMap<string, readonly boolean[]> {
  const { weights, gates, flow, learned } = found;
  const best = bestFlows(flow);
  const lowestLoss = lowest(learned.carried);
  return new Map([
    ["vanishing-detected", weights.map((one) => decayRate(one) < VANISHED)],
    ["vanishing-beyond-20", weights.map(vanishesBeyond20)],
    ["unstable", weights.map(({ spectralRadius }) => spectralRadius > 1)],
    [
      "balanced",
      gates.map(({ means }) => {
        return gateNames.every((gate) => Math.abs(means[gate] - 0.5) <= BALANCED);
      }),
    ],
    ...networkKeys.map((key) =>
      [`best-flow-${metricName[key]}`, best.map((one) => one === key)] as const
    ),
    ...networkKeys.map((key) =>
      [`lowest-loss-${metricName[key]}`, lowestLoss.map((one) => one === key)] as const
    ),
    ["no-explosion", allFinite(learned.carried)],
  ]);
}

/** Decides for each seed whether it reaches the conclusions of section 5, by id. */
export function textAnswers(
  parts: readonly TextPart[],
  vocabulary: number,
): ReadonlyMap<string, readonly boolean[]> {
  return new Map([
    ["reasonable-perplexity", parts.map((part) => perplexities(part).final < vocabulary)],
    ["schedule-acts", parts.map(wasScheduled)],
    ["clipping-acts", parts.map((part) => clippedShare(part) >= 0.5)],
  ]);
}

/**
 * Records the share of seeds in which the notebook's own method reaches each of its conclusions.
 */
export async function recordConclusions(
  context: Context,
  found: NetworkFindings,
  parts: readonly TextPart[],
): Promise<void> {
  const { tokenizer } = await readWindows();
  const answers = new Map([
    ...networkAnswers(found),
    ...textAnswers(parts, tokenizer.vocabulary.size),
  ]);
  for (const conclusion of conclusions) {
    const values = share(answers.get(conclusion.id) ?? []);
    context.metric({
      id: conclusion.id,
      label: `Share of seeds: ${conclusion.name}`,
      ...{ statistic: "share", labels: context.seeds.slice(0, values.length), values },
    });
  }
  recordShares(context, answers, {
    id: "conclusions",
    of: statedConclusions,
    title: "How often the notebook's method concludes what its text concludes",
    caption: "A conclusion that its method supports would be near 1. Share of seeds in which the " +
      "notebook's own method, run as written, gives what its text concludes, by rules of this page",
  });
  recordShares(context, answers, {
    id: "computed",
    of: computedConclusions,
    title: "How often the notebook's code computes it",
    caption:
      "Near 0 or 1 a result hardly depends on the seed; in between the seed decides. Share " +
      "of seeds in which the notebook's code, run as written, computes each result; the shares of " +
      "the three networks add up to 1",
  });
  context.table({
    id: "rules",
    title: "By what rule it is counted",
    columns: [
      { name: "name", label: "conclusion" },
      { name: "line", label: "line" },
      { name: "words", label: "the notebook" },
      { name: "rule", label: "rule" },
      { name: "whose", label: "whose rule" },
    ],
    rows: conclusions.map(({ name, line, words, rule, whose }): CellInput[] => {
      return [name, line, words, rule, whose];
    }),
  });
  context.table({
    id: "fixed-sentences",
    title: "What the notebook concludes whatever its networks do",
    columns: [
      { name: "line", label: "line" },
      { name: "words", label: "the notebook" },
      { name: "why", label: "why" },
    ],
    rows: fixedSentences.map(({ line, words, why }): CellInput[] => [line, words, why]),
  });
  context.table({
    id: "mends",
    title: "Where the notebook crashes, and what is done about it",
    columns: [
      { name: "crash", label: "line of the error" },
      { name: "error", label: "error" },
      { name: "line", label: "line that is changed" },
      { name: "mend", label: "change" },
      { name: "effect", label: "effect on results" },
    ],
    rows: mends.map(({ crash, error, line, mend, effect }): CellInput[] => {
      return [crash, error, line, mend, effect];
    }),
  });
  recordOwnSeed(context, found, parts);
}

/** Conclusions that a table and a figure show together. */
interface Shown {
  readonly id: string;
  readonly of: readonly Conclusion[];
  readonly title: string;
  readonly caption: string;
}

/** Records the share of seeds that reach each conclusion. */
function recordShares(
  context: Context,
  answers: ReadonlyMap<string, readonly boolean[]>,
  { id, of, title, caption }: Shown,
): void {
  context.table({
    id,
    title,
    columns: [
      { name: "name", label: "conclusion" },
      { name: "line", label: "line" },
      { name: "value", label: "share of seeds" },
      { name: "low", label: "lower end of the 95 % interval" },
      { name: "high", label: "upper end of the 95 % interval" },
      { name: "n", label: "seeds" },
      { name: "own", label: `its own seed, 42, ${pytorchRun.version}` },
      { name: "others", label: `share of ${pytorchRun.seeds} other seeds, ${pytorchRun.version}` },
    ],
    rows: of.map(({ id, name, line }): CellInput[] => {
      const values = share(answers.get(id) ?? []);
      const { value, low, high } = estimate(values, { statistic: "share" });
      const run = pytorchRun.answers.find((one) => one.id === id);
      const others = run === undefined ? null : run.others / pytorchRun.seeds;
      return [name, line, value, low, high, values.length, run?.own ?? null, others];
    }),
  });
  context.figure({
    ...{ id, kind: "chart", title },
    caption: `${caption}. 95 % intervals (Clopper-Pearson); numbers of seeds are in the table.`,
    alt: "For each conclusion a symbol at the share of seeds, with an interval.",
    x: { label: "share of seeds", scale: "linear", domain: [0, 1] },
    y: {
      ...{ label: "conclusion", scale: "category" },
      categories: of.map(({ name }) => name),
    },
    layers: [{ mark: "interval", table: id, x: "value", low: "low", high: "high", y: "name" }],
  });
}

/** Returns the numbers that the notebook prints, by name and seed. */
export function printedNumbers(
  { weights, gates, learned, flow }: NetworkFindings,
  parts: readonly TextPart[],
): ReadonlyMap<string, readonly number[]> {
  const { carried } = learned;
  return new Map<string, readonly number[]>([
    ["Gradient decay rate", weights.map(decayRate)],
    ["Spectral radius", weights.map(({ spectralRadius }) => spectralRadius)],
    ...gateNames.map((gate) => {
      return [`Average ${gate} gate activation`, gates.map(({ means }) => means[gate])] as const;
    }),
    ["Hidden-cell state correlation", gates.map(({ correlation }) => correlation)],
    ["Hidden state stability", gates.map(({ stability }) => stability.hidden)],
    ["Cell state stability", gates.map(({ stability }) => stability.cell)],
    ...networkKeys.map((key) => {
      return [`${key}: gradient variability`, flow[key].map((own) => variation(own))] as const;
    }),
    ...networkKeys.map((key) => {
      return [`${key}: Avg test loss`, averages(carried[key], testLoss)] as const;
    }),
    ...networkKeys.map((key) => {
      return [`${key}: Avg convergence`, averages(carried[key], convergence)] as const;
    }),
    ["Final perplexity", parts.map((part) => perplexities(part).final)],
    ["Best perplexity", parts.map((part) => perplexities(part).best)],
  ]);
}

/**
 * Records the numbers that the notebook prints with its own seed beside those of the seeds of this
 * run.
 */
function recordOwnSeed(
  context: Context,
  found: NetworkFindings,
  parts: readonly TextPart[],
): void {
  const numbers = printedNumbers(found, parts);
  context.table({
    id: "own-seed",
    title: "What the notebook prints with its own seed, and the same over seeds",
    columns: [
      { name: "what", label: "what" },
      { name: "printed", label: `seed 42, ${pytorchRun.version}` },
      { name: "least", label: "least of the seeds here" },
      { name: "median", label: "median" },
      { name: "most", label: "most" },
    ],
    rows: pytorchRun.printed.map(({ what, value }): CellInput[] => {
      const values = numbers.get(what) ?? [];
      if (values.length === 0) throw new RangeError(`no ${what} is measured`);
      return [what, value, ...[0, 0.5, 1].map((fraction) => quantile(values, fraction))];
    }),
  });
}
