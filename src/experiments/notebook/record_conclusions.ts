import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells } from "../intervals.ts";
import {
  type Conclusion,
  fixedSentences,
  mends,
  networkConclusions,
  textConclusions,
} from "./conclusions.ts";
import { gateNames, type GateSummary } from "./gates.ts";
import type { Context } from "./parameters.ts";
import { allFinite, type Learned, lowest } from "./record_learning.ts";
import {
  bestFlows,
  decayRate,
  type EarlyGradients,
  share,
  vanishesBeyond20,
} from "./record_sections.ts";
import { clippedShare, endsBest, perplexities, textSeeds, wasScheduled } from "./record_text.ts";
import { networkKeys, VANISHED } from "./settings.ts";
import { readWindows, type TextPart } from "./text.ts";
import type { WeightGradients } from "./weight_gradients.ts";

/** How far from a half a mean activation counts as balanced here. */
const BALANCED = 0.1;

/** Everything that all seeds measured. */
export interface NetworkFindings {
  readonly weights: readonly WeightGradients[];
  readonly gates: readonly GateSummary[];
  readonly flow: EarlyGradients;
  readonly learned: Learned;
}

/** Whether each seed concludes what sections 2 to 4 are said to show, by id. */
export function networkAnswers(found: NetworkFindings): ReadonlyMap<string, readonly boolean[]> {
  const { weights, gates, flow, learned } = found;
  const best = bestFlows(flow, "as written");
  return new Map([
    ["vanishing", weights.map((one) => decayRate(one) < VANISHED)],
    ["longer-than-20", weights.map(vanishesBeyond20)],
    ["unstable", weights.map(({ spectralRadius }) => spectralRadius > 1)],
    [
      "balanced",
      gates.map(({ means }) => {
        return gateNames.every((gate) => Math.abs(means[gate] - 0.5) <= BALANCED);
      }),
    ],
    ...networkKeys.map((key) => [`best-${key}`, best.map((one) => one === key)] as const),
    ["superiority", lowest(learned.carried).map((key) => key === "Custom_LSTM")],
    ["finite", allFinite(learned.carried)],
  ]);
}

/** The same of section 5. */
export function textAnswers(
  parts: readonly TextPart[],
  vocabulary: number,
): ReadonlyMap<string, readonly boolean[]> {
  return new Map([
    ["reasonable", parts.map((part) => perplexities(part).final < vocabulary)],
    ["ends-best", parts.map(endsBest)],
    ["scheduled", parts.map(wasScheduled)],
    ["clipped", parts.map((part) => clippedShare(part) >= 0.5)],
  ]);
}

/** Records in what share of seeds the notebook's own method concludes what it concludes. */
export async function recordConclusions(
  context: Context,
  found: NetworkFindings,
  parts: readonly TextPart[],
): Promise<void> {
  const { tokenizer } = await readWindows();
  const rows = (
    conclusions: readonly Conclusion[],
    answers: ReadonlyMap<string, readonly boolean[]>,
  ): Cell[][] =>
    conclusions.map(({ id, line, words, answer, rule, again }) => [
      ...[line, words, answer, rule],
      ...intervalCells(share(answers.get(id) ?? [])),
      again,
    ]);
  const columns = [
    { name: "line", label: "line" },
    { name: "words", label: "the notebook" },
    { name: "answer", label: "answer" },
    { name: "rule", label: "rule" },
    ...curveColumns({ label: "share of seeds" }, "share"),
    { name: "again", label: "asked again in" },
  ];
  context.table({
    id: "conclusions",
    title: "How often the notebook's own method concludes it: sections 2 to 4",
    columns,
    rows: rows(networkConclusions, networkAnswers(found)),
  });
  context.table({
    id: "conclusions-text",
    title: "How often the notebook's own method concludes it: section 5",
    labels: textSeeds(context),
    columns,
    rows: rows(textConclusions, textAnswers(parts, tokenizer.vocabulary.size)),
  });
  context.table({
    id: "fixed-sentences",
    title: "What the notebook concludes whatever its networks do",
    columns: [...columns.slice(0, 2), { name: "why", label: "why" }],
    rows: fixedSentences.map(({ line, words, why }): Cell[] => [line, words, why]),
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
    rows: mends.map(({ crash, error, line, mend, effect }): Cell[] => {
      return [crash, error, line, mend, effect];
    }),
  });
}
