import type { ProgressDisplay } from "../../tasks/cli/progress.ts";
import { visible } from "../../tasks/cli/terminal.ts";
import type { FuzzOptions } from "./options.ts";
import { runTarget } from "./run_target.ts";
import type { Failure, Findings } from "./target.ts";
import type { TargetInfo } from "./targets.ts";

/** What a run found. */
export interface FuzzReport {
  readonly trials: number;
  readonly passed: number;
  readonly failed: number;
}

/** The most characters of an input that are shown. */
const LONGEST = 3000;

/** The most seconds that a target gets: no timer takes longer. */
const DAY = 86_400;

/** The fewest seconds that a target gets, also if others took more than their share. */
const LEAST = 1.5;

/**
 * Runs targets, some side by side, and says what each found.
 *
 * @param options What to run.
 * @param display Where lines and progress go.
 */
export async function fuzz(
  options: FuzzOptions,
  display: Pick<ProgressDisplay, "line" | "update" | "clear">,
): Promise<FuzzReport> {
  const { seed } = options;
  // What takes longest comes first, so that no process is left alone at the end.
  const targets = [...options.targets].sort((a, b) => b.time - a.time);
  const side = Math.min(targets.length, Math.max(1, Math.min(4, navigator.hardwareConcurrency)));
  const counts = targets.map((target) => trialsOf(target, options));
  const end = options.seconds === null ? Infinity : performance.now() + options.seconds * 1000;
  const running = new Set<TargetInfo>();
  const done = targets.map(() => 0);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const report = { passed: 0, failed: 0 };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < targets.length; i = next++) {
      const target = targets[i];
      const count = counts[i] ?? 0;
      if (target === undefined) return;
      const begin = performance.now();
      running.add(target);
      const others = sum([...running, ...targets.slice(next)].map(({ time }) => time));
      const findings = await runTarget(target, {
        ...{ seed, count, path: options.path },
        seconds: Math.min(DAY, Math.max(LEAST, (end - begin) / 1000 * side * target.time / others)),
        failures: options.failures,
        onProgress: (trials) => {
          done[i] = Math.min(trials, count);
          const group = `trials, ${target.name}`;
          const progress = { experiment: "fuzz", group, done: sum(done), total: sum(counts) };
          display.update({ ...progress, kept: false });
        },
      });
      running.delete(target);
      done[i] = count;
      const time = (performance.now() - begin) / 1000;
      display.line(lineOf(target, findings, time));
      const said = findings.failures.flatMap((failure) => failureLines(target, failure, seed));
      for (const line of said) display.line(line);
      report[findings.failures.length > 0 ? "failed" : "passed"] += 1;
      all += findings.trials;
    }
  };
  let all = 0;
  await Promise.all(Array.from({ length: side }, worker));
  display.clear();
  return { ...report, trials: all };
}

function trialsOf({ kind, share }: TargetInfo, { inputs, kills, path }: FuzzOptions): number {
  if (path !== null) return 1;
  if (kind === "kills") return kills;
  // All of them, whatever their number.
  return kind === "faults" ? 100_000 : Math.max(1, Math.ceil(share * inputs));
}

function lineOf({ name, kind }: TargetInfo, findings: Findings, seconds: number): string {
  const { trials, accepted, failures } = findings;
  const mark = failures.length > 0 ? "✗" : "✓";
  const counted = kind === "inputs"
    ? `${trials} inputs, ${accepted} accepted`
    : `${trials} ${kind}`;
  return `${mark} ${name}: ${counted}, ${seconds.toFixed(1)} s`;
}

/** A failure for a terminal: the input may have any character. */
function failureLines({ name }: TargetInfo, failure: Failure, seed: number): string[] {
  const { input, message, path } = failure;
  const shown = escaped(input);
  return [
    `  input: ${shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown}`,
    ...message.split("\n").slice(0, 16).map((line) => `  ${escaped(line)}`),
    `  again: deno task fuzz --only ${name} --seed ${seed}${path === "" ? "" : ` --path ${path}`}`,
  ];
}

/** A text in ASCII: what it holds is what one must see. */
function escaped(text: string): string {
  const ascii = visible(text).replace(/[^\t -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return ascii.replace(/(.)\1{39,}/g, (run, character) => `${character}{${run.length} times}`);
}
