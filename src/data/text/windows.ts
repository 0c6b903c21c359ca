import { checkFlags, checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { shuffled } from "./split.ts";
import { type TokenBatches, tokenBatches } from "./token_batches.ts";
import { checkIdArray, PAD } from "./vocabulary.ts";

/** A part of a sequence with its targets, the ids `horizon` steps later. */
export interface Window {
  /** Ids [sequence]. */
  readonly input: Int32Array;
  /** Ids [sequence]; PAD for a step without a target. */
  readonly target: Int32Array;
}

/** Options for {@link windows}. */
export interface WindowOptions {
  /** The number of ids of a window. */
  readonly length: number;
  /** The number of steps from an id to its target; 1 by default, the next id. */
  readonly horizon?: number;
  /**
   * Whether windows overlap: if `true`, the default, a window starts at every id; if `false`, at
   * the end of the previous window.
   */
  readonly overlap?: boolean;
  /**
   * Whether ids that are too few for a window are filled up with PAD: a short sequence or, if
   * windows do not overlap, the end of a sequence. By default, `false`, such ids are left out.
   */
  readonly pad?: boolean;
}

const names: OptionNames<WindowOptions> = {
  length: true,
  horizon: true,
  overlap: true,
  pad: true,
};

/**
 * Cuts sequences into windows. `target[t]` is `sequence[start + t + horizon]`. The arrays of a
 * window without padding are views of the sequence, which are created when they are read: a million
 * windows need no copy of the ids. A sequence of at most `horizon` ids has no target and therefore
 * no window.
 *
 * In the notebook that this project replicates, a horizon of h steps makes the target h - 1 ids
 * longer than the input. The notebook drops such windows, so that no window is left for h > 1.
 *
 * @param sequences The sequences.
 * @param options The sizes of the windows.
 * @returns The windows, in the order of the sequences.
 * @throws {InputError} If the sequences are not an array of `Int32Array`, if an option is unknown
 * or of another type, or if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windows } from "./windows.ts";
 *
 * const cut = windows([Int32Array.of(2, 7, 8, 9, 3)], { length: 3 });
 * assertEquals(cut.map(({ input }) => [...input]), [[2, 7, 8], [7, 8, 9]]);
 * assertEquals(cut.map(({ target }) => [...target]), [[7, 8, 9], [8, 9, 3]]);
 * ```
 */
export function windows(sequences: readonly Int32Array[], options: WindowOptions): Window[] {
  if (!Array.isArray(sequences)) {
    const help = sequences instanceof Int32Array ? "Put one sequence in an array" : undefined;
    throw new InputError("sequences", "an array of Int32Array", sequences, help);
  }
  checkOptions("windows", options, names);
  const { horizon = 1, overlap = true, pad = false } = options;
  const length = positiveInteger("length", options.length);
  positiveInteger("horizon", horizon);
  checkFlags({ overlap, pad });
  const step = overlap ? 1 : length;
  const found: Window[] = [];
  for (const [i, sequence] of sequences.entries()) {
    checkIdArray(`sequences[${i}]`, sequence);
    const last = sequence.length - length - horizon;
    let start = 0;
    for (; start <= last; start += step) found.push(new View(sequence, start, length, horizon));
    const rest = sequence.length - horizon - start;
    const isCovered = overlap && start > 0;
    if (pad && rest > 0 && !isCovered) found.push(padded(sequence.subarray(start), rest, length));
  }
  return found;
}

/** Creates the last window of a sequence, of which `rest` ids have a target. */
function padded(sequence: Int32Array, rest: number, length: number): Window {
  const window = {
    input: new Int32Array(length).fill(PAD),
    target: new Int32Array(length).fill(PAD),
  };
  window.input.set(sequence.subarray(0, rest));
  window.target.set(sequence.subarray(sequence.length - rest));
  return window;
}

/**
 * A window within a sequence. Its arrays are created when they are read, since views take memory.
 */
class View implements Window {
  readonly #sequence: Int32Array;
  readonly #start: number;
  readonly #length: number;
  readonly #horizon: number;

  constructor(sequence: Int32Array, start: number, length: number, horizon: number) {
    this.#sequence = sequence;
    this.#start = start;
    this.#length = length;
    this.#horizon = horizon;
  }

  get input(): Int32Array {
    return this.#sequence.subarray(this.#start, this.#start + this.#length);
  }

  get target(): Int32Array {
    const start = this.#start + this.#horizon;
    return this.#sequence.subarray(start, start + this.#length);
  }
}

/** Options for {@link windowBatches}. */
export interface WindowBatchOptions {
  /** The number of windows of a batch. */
  readonly batchSize: number;
  /** The source that shuffles the windows; by default they are not shuffled. */
  readonly random?: Random;
}

const batchNames: OptionNames<WindowBatchOptions> = { batchSize: true, random: true };

/**
 * Stacks windows into batches of one shape. The last batch is filled up with rows of PAD, which
 * losses ignore. The order is drawn in this call; each batch is created when it is read.
 *
 * @param windows The windows, all of one length.
 * @param options The size of a batch, and the source that shuffles.
 * @returns The batches in order.
 * @throws {InputError} If there is no window, if windows differ in length, if an option is unknown,
 * or if `random` is not a source.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windowBatches } from "./windows.ts";
 * import { windows } from "./windows.ts";
 *
 * const cut = windows([Int32Array.of(2, 7, 8, 9, 3)], { length: 2 });
 * const batches = windowBatches(cut, { batchSize: 2 });
 * assertEquals(batches.length, 2);
 * assertEquals([...batches.at(0)?.x.data ?? []], [2, 7, 7, 8]);
 * assertEquals([...batches.at(1)?.x.data ?? []], [8, 0, 9, 0]);
 * ```
 */
export function windowBatches(
  windows: readonly Window[],
  options: WindowBatchOptions,
): TokenBatches {
  if (!Array.isArray(windows)) {
    throw new InputError("windows", "an array, as windows() returns it", windows);
  }
  checkOptions("windowBatches", options, batchNames);
  const { batchSize, random } = options;
  if (random !== undefined) checkRandom("random", random);
  positiveInteger("batchSize", batchSize);
  const [first] = windows;
  if (first === undefined) {
    const help = "Every sequence is too short for a window; choose a smaller length or set pad.";
    throw new InputError("windows", "at least one", windows, help);
  }
  checkWindow(first, 0);
  const { length } = first.input;
  const order = random ? shuffled(windows.length, random) : null;
  const count = Math.ceil(windows.length / batchSize);
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    const rows = Math.min(batchSize, windows.length - index * batchSize);
    for (let b = 0; b < rows; b++) {
      const at = index * batchSize + b;
      const number = order?.[at] ?? at;
      const window = windows[number];
      checkWindow(window, number);
      const { input, target: targets } = window;
      if (input.length !== length) {
        throw new InputError("windows", `of length ${length} throughout`, input.length);
      }
      for (let t = 0; t < length; t++) {
        x[t * batchSize + b] = input[t] ?? 0;
        target[t * batchSize + b] = targets[t] ?? 0;
      }
    }
  });
}

function checkWindow(window: Window | undefined, number: number): asserts window is Window {
  checkIdArray(`windows[${number}].input`, window?.input);
  checkIdArray(`windows[${number}].target`, window?.target);
}
