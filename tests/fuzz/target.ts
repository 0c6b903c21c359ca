import fc from "fast-check";

/** What the trials of a target are: generated inputs, killed processes, or failed file operations. */
export type TrialKind = "inputs" | "kills" | "faults";

/** How a target is run. */
export interface TrialOptions {
  readonly seed: number;
  /** The most trials. */
  readonly count: number;
  /** No trial begins later, in seconds. */
  readonly seconds: number;
  /** The one trial to run again, as a failure named it; `null` for all. */
  readonly path: string | null;
  /** How many different failures end the trials. */
  readonly failures: number;
  /** Called before each trial with the path that runs it again. */
  readonly onTrial: (path: string) => void;
}

/** A trial that found a fault. */
export interface Failure {
  /** Runs the trial again. */
  readonly path: string;
  /** The input, as source text. */
  readonly input: string;
  /** What is wrong, with a stack if there is one. */
  readonly message: string;
}

/** What a target found. */
export interface Findings {
  readonly trials: number;
  /** How many trials got past the refusals: inputs that were accepted. */
  readonly accepted: number;
  readonly failures: readonly Failure[];
}

/** Something that must hold in every trial. */
export interface Target {
  readonly name: string;
  readonly kind: TrialKind;
  run(options: TrialOptions): Promise<Findings>;
  /** The input of a trial as source text, without its trial. */
  show(seed: number, path: string): Promise<string>;
}

/** What reads an input, and what must hold for what it returns. */
export interface InputTarget<Input, Output> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** The errors that `read` documents. Every other error is a fault. */
  readonly errors: readonly (new (...args: never[]) => Error)[];
  readonly read: (input: Input) => Output | Promise<Output>;
  /** Throws if an output is wrong. Every error is a fault. */
  readonly check?: (output: Output, input: Input) => void | Promise<void>;
  /** Seconds that one input may take, on a slow machine. */
  readonly slowest?: number;
  /** Called once before the first input. */
  readonly prepare?: () => Promise<unknown>;
}

/** A small input that takes longer than this is a fault, in seconds: 2 s, and room for slow machines. */
export const SLOWEST = 6;

/** How long the search for a smaller input may take, in milliseconds. */
const SHRINKING = 20_000;

/**
 * Makes a target of what reads generated inputs.
 *
 * @param options What it reads and what must hold.
 * @returns The target. Its failures have the smallest input that was found.
 */
export function inputTarget<Input, Output>(options: InputTarget<Input, Output>): Target {
  const { name, inputs } = options;
  return {
    name,
    kind: "inputs",
    async show(seed, path) {
      await options.prepare?.();
      return inputText(inputs, seed, path);
    },
    async run({ seed, count, seconds, path, failures, onTrial }) {
      await options.prepare?.();
      const end = performance.now() + seconds * 1000;
      const found = { trials: 0, accepted: 0 };
      const different: Failure[] = [];
      const seen = new Set<string>();
      let [first, counts] = [0, true];
      const property = fc.asyncProperty(inputs, async (input) => {
        if (counts) {
          onTrial(path ?? String(found.trials));
          found.trials += 1;
        }
        const accepted = await tryInput(options, input);
        if (accepted && counts) found.accepted += 1;
      });
      const check = (from: string, runs: number, time: number, endOnFailure: boolean) =>
        fc.check(property, {
          ...{ seed, path: from, numRuns: runs, endOnFailure },
          ...{ interruptAfterTimeLimit: Math.max(1, time), markInterruptAsFailure: false },
        });
      while (first < count && performance.now() < end) {
        const from = path ?? String(first);
        const run = await check(from, count - first, end - performance.now(), true);
        if (!run.failed) break;
        first = found.trials;
        const kind = kindOf(run.errorInstance);
        if (seen.has(kind)) continue;
        counts = false;
        const at = run.counterexamplePath ?? from;
        // A path of more than one part is of an input that was shrunk before.
        const shrunk = path?.includes(":") ? run : await check(at, 1, SHRINKING, false);
        counts = true;
        const smallest = shrunk.failed ? shrunk : run;
        const smallestKind = kindOf(smallest.errorInstance);
        // What shrinks to a failure that is known already is the same.
        if (!seen.has(smallestKind)) different.push(failureOf(smallest, at));
        seen.add(kind).add(smallestKind);
        if (different.length >= failures || path !== null) break;
      }
      return { ...found, failures: different };
    },
  };
}

function failureOf<Input>(run: fc.RunDetails<[Input]>, path: string): Failure {
  const error = run.errorInstance;
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  const own = (line: string) => !/^ +at /.test(line) || !/fast-check|ext:|<anonymous>/.test(line);
  return {
    path: run.counterexamplePath ?? path,
    input: fc.stringify(run.counterexample?.[0]),
    message: stack.split("\n").filter(own).join("\n"),
  };
}

/** What failures of one cause have in common: the message without values, and the place. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\/((?:src|tasks)\/[\w/]+\.ts:\d+)/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name} ${error.message.replace(/"[^]*"|[\d.e+-]+/g, "").slice(0, 60)} ${place}`;
}

/** The input of a trial, as source text, without running the trial. */
function inputText<Input>(inputs: fc.Arbitrary<Input>, seed: number, path: string): string {
  let text = "";
  const property = fc.property(inputs, (input) => {
    text = fc.stringify(input);
  });
  fc.check(property, { seed, path, numRuns: 1, endOnFailure: true });
  return text;
}

/** Whether an input is accepted; throws if anything is wrong. */
async function tryInput<Input, Output>(
  { read, check, errors, slowest = SLOWEST }: InputTarget<Input, Output>,
  input: Input,
): Promise<boolean> {
  const begin = performance.now();
  let output: { readonly value: Output } | null = null;
  try {
    output = { value: await read(input) };
  } catch (error) {
    if (!errors.some((known) => error instanceof known)) throw error;
    if (error instanceof Error) checkMessage(error.message);
  }
  const seconds = (performance.now() - begin) / 1000;
  checkPrototypes();
  if (seconds > slowest) throw new Error(`The input took more than ${slowest} s`);
  if (output !== null) await check?.(output.value, input);
  return output !== null;
}

/** A message is for people: not empty, and no object without a name. */
function checkMessage(message: string): void {
  if (message.trim() === "") throw new Error("An error has no message");
  if (message.includes("[object Object]")) throw new Error(`A message says nothing: ${message}`);
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const keysOf = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join());
const untouched = keysOf();

/** Throws if an input wrote to what all objects share. */
function checkPrototypes(): void {
  const now = keysOf();
  if (now.every((keys, i) => keys === untouched[i])) return;
  for (const prototype of prototypes) {
    // So that it is found once and not by every later input.
    for (const key of Reflect.ownKeys(prototype)) {
      if (!untouched.some((keys) => keys.split(",").includes(String(key)))) {
        Reflect.deleteProperty(prototype, key);
      }
    }
  }
  throw new Error("A prototype that all objects share has a new property");
}
