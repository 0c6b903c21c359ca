/**
 * The parts of the lines that show a training.
 *
 * @module
 */
import { formatExact, formatNumber, formatSeconds } from "../../src/report/format/numbers.ts";

/** The widest bar, in characters, and the narrowest. */
const [widest, narrowest] = [12, 4];

/** Joins as many fields as fit into a line, with a bar in front if there is room for it. */
export function fitted(fields: readonly string[], done: number, columns: number): string {
  const [first = "", ...others] = fields;
  let text = first.slice(0, columns);
  for (const field of others) {
    if (text.length + 2 + field.length > columns) break;
    text += `, ${field}`;
  }
  const width = Math.min(widest, columns - text.length - 1);
  if (width < narrowest) return text;
  const filled = Math.round(width * done);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${text}`;
}

/** Formats a time in seconds; a long time in whole minutes. */
export function timeText(seconds: number): string {
  if (seconds < 600) return formatSeconds(Math.round(seconds));
  return `${formatNumber(Math.round(seconds / 60))}\u00a0min`;
}

/** A number of things: `"1 step"`, `"2,000 steps"`. */
export function counted(count: number, what: string): string {
  return `${formatExact(count)} ${what}${count === 1 ? "" : "s"}`;
}
