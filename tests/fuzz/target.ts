import fc from "fast-check";

/**
 * The kind of the trials of a target: generated inputs, killed processes, or failed file
 * operations.
 */
export type TrialKind = "inputs" | "kills" | "faults";

/** Options for {@link Target.run}. */
export interface TrialOptions {
  readonly seed: number;
  /** The largest number of trials. */
  readonly count: number;
  /** The number of seconds after which no trial begins. */
  readonly seconds: number;
  /** The path of the one trial to run again, from a failure; `null` for all trials. */
  readonly path: string | null;
  /** The number of different failures after which the trials end. */
  readonly failures: number;
  /** Called before each trial with the path that runs it again. */
  readonly onTrial: (path: string) => void;
}

/** A trial that found a fault. */
export interface Failure {
  /** The path that runs the trial again. */
  readonly path: string;
  /** The input, as source text. */
  readonly input: string;
  /** The error, with a stack if there is one. */
  readonly message: string;
}

/** The findings of a target. */
export interface Findings {
  readonly trials: number;
  /** The number of trials whose input was accepted. */
  readonly accepted: number;
  readonly failures: readonly Failure[];
}

/** A property that every trial must have. */
export interface Target {
  readonly name: string;
  readonly kind: TrialKind;
  run(options: TrialOptions): Promise<Findings>;
  /** Returns the input of a trial as source text, without running the trial. */
  show(seed: number, path: string): Promise<string>;
}

/** A function that reads inputs, and the properties of its outputs. */
export interface InputTarget<Input, Output> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** The errors that `read` documents. Every other error is a fault. */
  readonly errors: readonly (new (...args: never[]) => Error)[];
  readonly read: (input: Input) => Output | Promise<Output>;
  /** Throws if an output is wrong. Every error is a fault. */
  readonly check?: (output: Output, input: Input) => void | Promise<void>;
  /** The number of seconds that one input may take on a slow machine. */
  readonly slowest?: number;
  /** Called once before the first input. */
  readonly prepare?: () => Promise<unknown>;
}

/** The time in seconds above which a small input is a fault: 2 s, times 3 for slow machines. */
export const SLOWEST = 6;

/** The time for the search for a smaller input, in milliseconds. */
const SHRINKING = 20_000;

/**
 * Makes a target of a function that reads generated inputs.
 *
 * @param options The inputs, the function, and the properties of its outputs.
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
        // A path of several parts names an input that was shrunk before.
        const shrunk = path?.includes(":") ? run : await check(at, 1, SHRINKING, false);
        counts = true;
        const smallest = shrunk.failed ? shrunk : run;
        const smallestKind = kindOf(smallest.errorInstance);
        // A failure that shrinks to a known one is the same failure.
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

/**
 * Returns what failures of one cause share: the message without values, and the position in the
 * source.
 */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\/((?:src|tasks)\/[\w/]+\.ts:\d+)/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name} ${error.message.replace(/"[^]*"|[\d.e+-]+/g, "").slice(0, 60)} ${place}`;
}

/** Returns the input of a trial as source text, without running the trial. */
function inputText<Input>(inputs: fc.Arbitrary<Input>, seed: number, path: string): string {
  let text = "";
  const property = fc.property(inputs, (input) => {
    text = fc.stringify(input);
  });
  fc.check(property, { seed, path, numRuns: 1, endOnFailure: true });
  return text;
}

/** Tries an input, and returns whether it is accepted; throws if a property does not hold. */
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

/** Throws unless a message is readable: not empty, and without `[object Object]`. */
function checkMessage(message: string): void {
  if (message.trim() === "") throw new Error("An error has no message");
  if (message.includes("[object Object]")) throw new Error(`A message says nothing: ${message}`);
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const keysOf = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join());
const untouched = keysOf();

/** Throws if an input changed a prototype that all objects share. */
function checkPrototypes(): void {
  const now = keysOf();
  if (now.every((keys, i) => keys === untouched[i])) return;
  for (const prototype of prototypes) {
    // The change is reverted, so that later inputs do not find it again.
    for (const key of Reflect.ownKeys(prototype)) {
      if (!untouched.some((keys) => keys.split(",").includes(String(key)))) {
        Reflect.deleteProperty(prototype, key);
      }
    }
  }
  throw new Error("A prototype that all objects share has a new property");
}
