import { checkRandom } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { SequenceTask } from "./sequence_task.ts";

/** The sizes of a task whose outputs are as wide as its inputs. */
export interface PerStepOptions {
  /** Steps of a sequence; by default 10. */
  readonly steps?: number;
  /** Features of an input and of an output; by default 10. */
  readonly size?: number;
}

const names: OptionNames<PerStepOptions> = { steps: true, size: true };

/**
 * The sizes of a task, with their defaults.
 *
 * @param task The function that makes it.
 * @throws {InputError} On an unknown option, and on sizes that are not positive integers.
 */
export function perStepSizes(task: string, options: PerStepOptions): Required<PerStepOptions> {
  checkOptions(task, options, names);
  const { steps = 10, size = 10 } = options;
  return { steps: positiveInteger("steps", steps), size: positiveInteger("size", size) };
}

/** What such a task says of itself besides its sizes. */
type PerStepText = Pick<SequenceTask, "name" | "memoryless" | "constant">;

/**
 * A task with normal inputs whose target at each step is as wide as the input and follows from the
 * inputs so far.
 *
 * @param follow Gives the target of a feature at a step from its input there and its target the
 * step before, which is 0 before the first.
 */
export function perStepTask(
  { steps, size }: Required<PerStepOptions>,
  text: PerStepText,
  follow: (input: number, before: number, step: number) => number,
): SequenceTask {
  return {
    ...text,
    ...{ steps, inputSize: size, outputSize: size, loss: "squaredError", readout: "all" },
    draw(batch, random) {
      const row = positiveInteger("batch", batch) * size;
      checkRandom("random", random);
      const shape = [steps, batch, size];
      const x = random.array(steps * row);
      const target = new Float32Array(steps * row);
      for (let i = 0; i < x.length; i++) {
        target[i] = follow(x[i] ?? NaN, target[i - row] ?? 0, Math.floor(i / row));
      }
      return { x: { shape, data: x }, target: { shape, data: target } };
    },
  };
}
