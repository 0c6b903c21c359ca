import { InputError } from "../core/errors.ts";
import type { OptionNames } from "../core/options.ts";
import { type NamedShape, sizeOf } from "../kernels/network.ts";
import type { StateDict } from "../model/state_dict.ts";
import type { Moments } from "./arena_program.ts";
import type { Carried } from "./step_runner.ts";

/** What an optimizer needs to go on where another stopped, besides the parameters. */
export interface OptimizerState {
  /** How many steps were done. */
  readonly step: number;
  /** The step's size, without what a schedule makes of it. */
  readonly learningRate: number;
  /** `exp_avg.NAME` and `exp_avg_sq.NAME`, PyTorch's words, in the parameters' shapes. */
  readonly moments: StateDict;
  /** The states that the next batch may go on from; `null` where no step was done. */
  readonly carried: Carried | null;
}

/** The fields of an optimizer's state. */
export const optimizerStateNames: OptionNames<OptimizerState> = {
  step: true,
  learningRate: true,
  moments: true,
  carried: true,
};

const parts = { m: "exp_avg", v: "exp_avg_sq" } as const;

/** Moments by the parameters' names; empty before the first step. */
export function namedMoments(
  moments: Moments | null,
  shapes: readonly NamedShape[],
  replicas: number | undefined,
): StateDict {
  if (!moments) return {};
  return Object.fromEntries(
    (["m", "v"] as const).flatMap((part) =>
      places(shapes).map(({ name, shape, offset, size, all }) => {
        const count = replicas ?? 1;
        const data = new Float32Array(count * size);
        for (let r = 0; r < count; r++) {
          const from = r * all + offset;
          data.set(moments[part].subarray(from, from + size), r * size);
        }
        const axes = replicas === undefined ? shape : [replicas, ...shape];
        return [`${parts[part]}.${name}`, { shape: [...axes], data }] as const;
      })
    ),
  );
}

/**
 * Such moments as they lie in the arena.
 *
 * @throws {InputError} On missing and unknown names and on wrong shapes.
 */
export function flatMoments(
  named: StateDict,
  shapes: readonly NamedShape[],
  replicas: number | undefined,
): Moments {
  const count = replicas ?? 1;
  const wanted = new Set(
    Object.values(parts).flatMap((part) => shapes.map(({ name }) => `${part}.${name}`)),
  );
  const wrong = Object.keys(named).find((name) => !wanted.has(name));
  if (wrong !== undefined) throw new InputError("moments", "those of the model", wrong);
  const flat = (part: "m" | "v"): Float32Array => {
    const found = places(shapes);
    const all = found[0]?.all ?? 0;
    const values = new Float32Array(count * all);
    for (const { name, shape, offset, size } of found) {
      const key = `${parts[part]}.${name}`;
      const entry = named[key];
      const axes = replicas === undefined ? shape : [replicas, ...shape];
      if (String(entry?.shape) !== axes.join() || entry?.data?.length !== count * size) {
        throw new InputError(key, `of shape [${axes.join(", ")}]`, entry?.shape);
      }
      if (!(entry.data instanceof Float32Array)) {
        throw new InputError(`data of ${key}`, "a Float32Array", entry.data);
      }
      for (let r = 0; r < count; r++) {
        values.set(entry.data.subarray(r * size, (r + 1) * size), r * all + offset);
      }
    }
    return values;
  };
  return { m: flat("m"), v: flat("v") };
}

/** Where each parameter lies among all, and how many they are. */
function places(shapes: readonly NamedShape[]) {
  let offset = 0;
  const all = shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return shapes.map(({ name, shape }) => {
    const size = sizeOf(shape);
    offset += size;
    return { name, shape, size, all, offset: offset - size };
  });
}
