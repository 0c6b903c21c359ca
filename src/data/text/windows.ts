import { checkFlags, checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { shuffled } from "./split.ts";
import { type TokenBatches, tokenBatches } from "./token_batches.ts";
import { checkIdArray, PAD } from "./vocabulary.ts";

/** A part of a sequence, and what comes `horizon` steps after each of its ids. */
export interface Window {
  /** Ids [sequence]. */
  readonly input: Int32Array;
  /** Ids [sequence]; PAD where nothing is asked for. */
  readonly target: Int32Array;
}

/** How windows are cut. */
export interface WindowOptions {
  /** Ids of a window: the context. */
  readonly length: number;
  /** How many steps ahead the target lies; by default 1, the next id. */
  readonly horizon?: number;
  /** Whether a window starts at every id, or where the one before ended; by default at every. */
  readonly overlap?: boolean;
  /**
   * Whether what is too short for a window becomes one, filled with PAD: a short sequence, or the
   * end of one where windows do not overlap. By default it is left out, as the tutorial does.
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
 * Cuts windows from sequences, none of which spans two. `target[t]` is `sequence[start + t +
 * horizon]`. Whole windows are views, cut when they are read: a million need no copy of the ids.
 *
 * A horizon of h shifts the target by h. In the tutorial it lengthens it instead, and then drops
 * every window whose target is longer than its input: all.
 *
 * @param sequences The sequences.
 * @param options How windows are cut.
 * @returns In the order of the sequences; none where all are too short.
 * @throws {InputError} On sequences that are not arrays of `Int32Array`, on an unknown option, and on a
 *   length or horizon that is not a positive integer.
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

/** The last window of a sequence, of which `rest` ids have a target. */
function padded(sequence: Int32Array, rest: number, length: number): Window {
  const window = {
    input: new Int32Array(length).fill(PAD),
    target: new Int32Array(length).fill(PAD),
  };
  window.input.set(sequence.subarray(0, rest));
  window.target.set(sequence.subarray(sequence.length - rest));
  return window;
}

/** A window that lies within a sequence; its arrays are made when asked for, since each costs. */
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

/** How windows are put into batches. */
export interface WindowBatchOptions {
  /** Windows side by side. */
  readonly batchSize: number;
  /** Draws the order of the windows; left out, it stays. */
  readonly random?: Random;
}

const batchNames: OptionNames<WindowBatchOptions> = { batchSize: true, random: true };

/**
 * Windows side by side, in batches of one shape: the last is filled with rows of PAD, which no loss
 * counts. The order is drawn here, once; each batch is made when it is asked for.
 *
 * @param windows The windows, of one length.
 * @param options How many are put side by side, and what draws their order.
 * @returns The batches in order.
 * @throws {InputError} If there is no window, if their lengths differ, on an unknown option, and on a
 *   `random` that is not a source.
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
    throw new InputError("windows", "an array, as windows() gives", windows);
  }
  checkOptions("windowBatches", options, batchNames);
  const { batchSize, random } = options;
  if (random !== undefined) checkRandom("random", random);
  positiveInteger("batchSize", batchSize);
  const [first] = windows;
  if (first === undefined) {
    const help = "Every sequence is too short for one; choose a smaller length, or pad.";
    throw new InputError("windows", "at least one", windows, help);
  }
  checkWindow(first, 0);
  const { length } = first.input;
  const order = random ? shuffled(windows.length, random) : null;
  const count = Math.ceil(windows.length / batchSize);
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    const rows = Math.min(batchSize, windows.length - index * batchSize);
    for (let b = 0; b < rows; b++) {
      const place = index * batchSize + b;
      const number = order?.[place] ?? place;
      const window = windows[number];
      checkWindow(window, number);
      const { input, target: asked } = window;
      if (input.length !== length) {
        throw new InputError("windows", `of length ${length} throughout`, input.length);
      }
      for (let t = 0; t < length; t++) {
        x[t * batchSize + b] = input[t] ?? 0;
        target[t * batchSize + b] = asked[t] ?? 0;
      }
    }
  });
}

function checkWindow(window: Window | undefined, number: number): asserts window is Window {
  checkIdArray(`windows[${number}].input`, window?.input);
  checkIdArray(`windows[${number}].target`, window?.target);
}
