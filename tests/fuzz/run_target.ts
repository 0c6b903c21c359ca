import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/platform/sha256.ts";
import { root } from "../../tasks/cli/project.ts";
import { lines } from "../../bench/python_peer.ts";
import type { Failure, Findings, TrialKind } from "./target.ts";
import type { TargetInfo } from "./targets.ts";

/** Options for {@link runTarget}. */
export interface RunOptions {
  /** The seed of the whole run, from which each target derives its own seed. */
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  readonly path: string | null;
  /** The number of different failures after which a target ends. */
  readonly failures: number;
  /** The number of seconds without a new trial after which the process counts as hanging. */
  readonly patience?: number;
  /** Called with the number of trials that have begun. */
  readonly onProgress: (trials: number) => void;
}

/** The time for a trial, in seconds, after which the process counts as hanging. */
const PATIENCE: Readonly<Record<TrialKind, number>> = { inputs: 60, kills: 240, faults: 240 };

/** The time for loading, in seconds. */
const START = 120;

/** The memory of a process, in MB, which is enough for small inputs. */
const MEMORY = 1024;

/**
 * Runs the trials of a target in a separate process.
 *
 * @param target The target.
 * @param options The limits of the run.
 * @returns The findings. If the process hangs, crashes or runs out of memory, this is a failure of
 * its current trial.
 */
export async function runTarget(target: TargetInfo, options: RunOptions): Promise<Findings> {
  const { count, seconds, path, failures, onProgress } = options;
  const seed = targetSeed(options.seed, target.name);
  const child = command(target, seed, count, seconds, failures, path ?? "").spawn();
  const errors = new Response(child.stderr).text();
  let [trials, last, findings] = [0, "", ""];
  const longest = options.patience ?? PATIENCE[target.kind];
  const patience = new Patience(() => child.kill("SIGKILL"));
  patience.renew(START);
  for await (const line of lines(child.stdout)) {
    patience.renew(longest);
    if (line.startsWith("{")) findings = line;
    else if (line !== "ready") {
      last = line;
      onProgress(++trials);
    }
  }
  patience.end();
  const { code, signal } = await child.status;
  if (findings !== "") return JSON.parse(findings);
  const said = (await errors).trim().split("\n").slice(-12).join("\n");
  const how = patience.over
    ? `It hangs: no new trial within ${longest} s`
    : `Its process ended by ${signal ?? `exit code ${code}`}\n${said}`;
  const failure: Failure = { path: last, input: await inputOf(target, seed, last), message: how };
  return { trials, accepted: 0, failures: [failure] };
}

/** Returns the input of a trial whose process ended. */
async function inputOf(target: TargetInfo, seed: number, path: string): Promise<string> {
  if (path === "") return "(none: it ended before its first trial)";
  const { stdout } = await command(target, seed, 1, 60, 1, path, "show").output();
  const shown = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  return shown.startsWith("{") ? String(JSON.parse(shown).input) : "(it cannot be shown)";
}

function command(target: TargetInfo, ...args: readonly (string | number)[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "-A", `--import-map=${inRoot(".unroll/import_map.json")}`],
      `--lock=${inRoot("tools/deno.lock")}`,
      ...[`--v8-flags=--max-old-space-size=${MEMORY}`, inRoot("tests/fuzz/child.ts")],
      ...[target.module, target.name, ...args.map(String)],
    ],
    cwd: fileURLToPath(root),
    // The error output of the process is shown without colours.
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Derives the seed of a target from the seed of a run, so that it does not depend on the other
 * targets.
 */
export function targetSeed(seed: number, name: string): number {
  return Number.parseInt(sha256(`${seed} ${name}`).slice(0, 7), 16);
}

function inRoot(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** A timer that calls a function unless it is renewed in time. */
class Patience {
  readonly #onEnd: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the time has run out. */
  over = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Restarts the timer with a number of seconds. */
  renew(seconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.over = true;
      this.#onEnd();
    }, seconds * 1000);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
