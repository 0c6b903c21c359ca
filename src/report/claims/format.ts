import type { Freeze, Hypothesis, Prediction, Quotation } from "../../result/result.ts";
import {
  formatDeclared,
  formatExact,
  formatNumber,
  none,
  tenTo,
  thin,
  unitText,
} from "../format/numbers.ts";
import type { DecidingP } from "./verdicts.ts";

/** The properties that determine the text of a prediction and its effects. */
export type Measured = Pick<Hypothesis, "predicts" | "statistic" | "unit">;

/** The negative power of ten below which the digits of a p value are rounding errors: 10⁻¹⁵. */
const SMALLEST_P = 15;

/**
 * Describes a prediction in words, without its reason.
 *
 * @param hypothesis The hypothesis.
 * @returns `"above 1 (smallest effect: 10 %)"`, or `"within 0.05 of 0.73"`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { formatPrediction } from "./format.ts";
 *
 * const predicts = { relation: "above", value: 1, smallestEffect: 0.1, reason: "" } as const;
 * const text = formatPrediction({ predicts, statistic: "geometric-mean" });
 * assert(text === "above 1 (smallest effect: 10\u00a0%)");
 * ```
 */
export function formatPrediction({ predicts, statistic, unit }: Measured): string {
  const { relation, value, smallestEffect } = predicts;
  const number = formatDeclared(value) + unitText(unit);
  if (statistic === "geometric-mean" && smallestEffect >= 1) {
    const factor = formatDeclared(1 + smallestEffect);
    return relation === "near"
      ? `within a factor of ${factor} of ${number}`
      : `${relation} ${number} (smallest effect: a factor of ${factor})`;
  }
  if (relation === "near") {
    const range = statistic === "geometric-mean"
      ? ` (${formatNumber(value / (1 + smallestEffect), 3)} to ${
        formatNumber(value * (1 + smallestEffect), 3)
      })`
      : "";
    return `within ${exactEffect(predicts, statistic, unit)} of ${number}${range}`;
  }
  if (smallestEffect === 0) return `${relation} ${number}`;
  return `${relation} ${number} (smallest effect: ${exactEffect(predicts, statistic, unit)})`;
}

/**
 * Formats an effect: a distance from the value of the prediction. For a geometric mean the effect
 * is shown as a percentage, or as a factor if it is at least 100 %.
 *
 * @param effect The effect; `null` is a dash.
 * @param hypothesis The hypothesis of the effect.
 * @returns `"4.2 %"`, or `"0.03 steps"`.
 */
export function formatEffect(effect: number | null, { statistic, unit }: Measured): string {
  if (effect === null) return none;
  if (statistic === "geometric-mean") {
    if (effect >= 1) return `a factor of ${formatNumber(1 + effect, 2)}`;
    return `${formatNumber(100 * effect, 2)}\u00a0%`;
  }
  return formatNumber(effect, 2) + unitText(unit);
}

/** Formats a p value: `"0.021"`, or `"< 10⁻¹⁵"`. */
export function formatP(p: number | null): string {
  if (p === null) return none;
  if (p < 10 ** -SMALLEST_P) return `<${thin}${tenTo(-SMALLEST_P)}`;
  return formatNumber(p, 2);
}

/**
 * Formats a p value with its name.
 *
 * @param deciding The p value that a verdict follows from.
 * @returns `"p = 0.021"`, `"p = 0.003 (equivalence)"`, `"p = 0.004 (larger difference)"`, or `"no p"` if
 * there are too few values.
 */
export function namedP({ p, of }: DecidingP): string {
  if (p === null) return "no p";
  const text = formatP(p);
  const named = text.startsWith("<") ? `p\u00a0${text}` : `p\u00a0=\u00a0${text}`;
  switch (of) {
    case "difference":
      return named;
    case "equivalence":
      return `${named} (equivalence)`;
    case "outside":
      return `${named} (larger difference)`;
  }
}

/** Formats the position of a quotation: `"the notebook, line 2445"`. */
export function formatPlace({ file, line }: Quotation): string {
  const name = file === "fixtures/notebook.md" ? "the notebook" : file;
  return `${name}, line ${line}`;
}

/** Formats the date and commit of a declaration: `"2026-11-27, commit a1b2c3d"`. */
export function formatFreeze({ date, commit }: Freeze): string {
  return commit === null ? date : `${date}, commit ${shortCommit(commit)}`;
}

/** Shortens a commit to its first seven characters. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

function exactEffect(
  { smallestEffect }: Prediction,
  statistic: Hypothesis["statistic"],
  unit: string | undefined,
): string {
  if (statistic !== "geometric-mean") return formatDeclared(smallestEffect) + unitText(unit);
  return `${formatExact(Number((100 * smallestEffect).toPrecision(6)))}\u00a0%`;
}
