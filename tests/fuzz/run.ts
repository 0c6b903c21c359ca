import type { ProgressDisplay } from "../../tasks/cli/progress.ts";
import { visible } from "../../tasks/cli/terminal.ts";
import type { FuzzOptions } from "./options.ts";
import { runTarget } from "./run_target.ts";
import type { Failure, Findings } from "./target.ts";
import type { TargetInfo } from "./targets.ts";

/** The outcome of a run. */
export interface FuzzReport {
  readonly trials: number;
  readonly passed: number;
  readonly failed: number;
}

/** The largest number of characters of an input that is shown. */
const LONGEST = 3000;

/** The largest number of seconds of a target, since timers have a limit. */
const DAY = 86_400;

/** The smallest number of seconds of a target, also if other targets took more than their share. */
const LEAST = 1.5;

/**
 * Runs targets, several at the same time, and shows what each of them found.
 *
 * @param options The options of the run.
 * @param display The display of lines and progress.
 */
export async function fuzz(
  options: FuzzOptions,
  display: Pick<ProgressDisplay, "line" | "update" | "clear">,
): Promise<FuzzReport> {
  const { seed } = options;
  // The targets that take longest begin first, so that all processes end at about the same time.
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
  // All trials run, for any number of operations.
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

/** Formats a failure for a terminal. The input may have any characters. */
function failureLines({ name }: TargetInfo, failure: Failure, seed: number): string[] {
  const { input, message, path } = failure;
  const shown = escaped(input);
  return [
    `  input: ${shown.length > LONGEST ? `${shown.slice(0, LONGEST)}...` : shown}`,
    ...message.split("\n").slice(0, 16).map((line) => `  ${escaped(line)}`),
    `  again: deno task fuzz --only ${name} --seed ${seed}${path === "" ? "" : ` --path ${path}`}`,
  ];
}

/** Escapes a text to ASCII, so that every character is visible. */
function escaped(text: string): string {
  const ascii = visible(text).replace(/[^\t -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return ascii.replace(/(.)\1{39,}/g, (run, character) => `${character}{${run.length} times}`);
}
