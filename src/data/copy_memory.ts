import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { SequenceTask } from "./sequence_task.ts";

/** Options for {@link copyMemory}. */
export interface CopyMemoryOptions {
  /**
   * T: the number of steps between the last symbol that is shown and the first step of the recall.
   */
  readonly lag: number;
  /** S: the number of symbols to recall; 10 by default. */
  readonly length?: number;
  /** K: the number of different symbols, at least 2; 8 by default. */
  readonly symbols?: number;
}

const names: OptionNames<CopyMemoryOptions> = { lag: true, length: true, symbols: true };

/**
 * Creates the copy memory problem. The input has S symbols out of K, then T - 1 blanks and a
 * signal, then S blanks. The target is blank up to and including the signal, and then the symbols
 * in their order.
 *
 * x has the shape [T + 2S, batch, K + 2] and is one-hot: K symbols, the blank and the signal. The
 * target has the shape [T + 2S, batch]; its classes are 0 to K - 1 for the symbols and K for the
 * blank. The loss is the mean cross-entropy over all steps, in nats. A predictor that knows the
 * step but remembers no symbol has a loss of at least S ln K / (T + 2S): it predicts every blank
 * and gives each symbol of the recall the probability 1/K.
 *
 * Source: Arjovsky, Shah & Bengio (2016), section 5.1, arXiv:1511.06464, after Hochreiter &
 * Schmidhuber (1997).
 *
 * @param options The sizes.
 * @returns The task.
 * @throws {InputError} If an option is unknown, if a size is not a positive integer, or if there
 * are fewer than 2 symbols.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { copyMemory } from "./copy_memory.ts";
 *
 * const task = copyMemory({ lag: 4, length: 2 });
 * const { x, target } = task.draw(1, new Random(1));
 * assertEquals([x.shape, target.shape], [[8, 1, 10], [8, 1]]);
 * const shown = [0, 1].map((t) => x.data.slice(t * 10, t * 10 + 10).indexOf(1));
 * assertEquals([...target.data], [8, 8, 8, 8, 8, 8, ...shown]);
 * ```
 */
export function copyMemory(options: CopyMemoryOptions): SequenceTask {
  checkOptions("copyMemory", options, names);
  const { length = 10, symbols = 8 } = options;
  const lag = positiveInteger("lag", options.lag);
  positiveInteger("length", length);
  if (!Number.isInteger(symbols) || symbols < 2) {
    throw new InputError("symbols", "an integer of at least 2", symbols);
  }
  const steps = lag + 2 * length;
  const [blank, signal, inputSize] = [symbols, symbols + 1, symbols + 2];
  return {
    name: `copy memory, lag ${lag}`,
    ...{ steps, inputSize, outputSize: symbols + 1, loss: "crossEntropy", readout: "all" },
    memoryless: { label: "without memory", value: length * Math.log(symbols) / steps },
    draw(batch, random) {
      positiveInteger("batch", batch);
      checkRandom("random", random);
      const x = new Float32Array(steps * batch * inputSize);
      const target = new Float32Array(steps * batch).fill(blank);
      const show = (t: number, b: number, id: number): void => {
        x[(t * batch + b) * inputSize + id] = 1;
      };
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < steps; t++) {
          if (t >= length) show(t, b, t === length + lag - 1 ? signal : blank);
          else {
            const symbol = random.integer(0, symbols - 1);
            show(t, b, symbol);
            target[(t + length + lag) * batch + b] = symbol;
          }
        }
      }
      return {
        x: { shape: [steps, batch, inputSize], data: x },
        target: { shape: [steps, batch], data: target },
      };
    },
  };
}
