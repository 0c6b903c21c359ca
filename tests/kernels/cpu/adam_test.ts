import { assertEquals } from "@std/assert";
import { HYPER, hyperColumn } from "../../../src/kernels/hyper.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, normals } from "./arena64.ts";

const [lr, beta1, beta2, epsilon] = [0.02, 0.8, 0.95, 1e-3];
const [count, steps, first] = [7, 4, 1];

interface Options {
  /** 0 for no clipping. */
  readonly maxNorm: number;
  /** The weight decay of Adam. */
  readonly l2: number;
  /** The weight decay of AdamW. */
  readonly decoupled: number;
}

const parameters = normals(1, count);
const gradients = normals(2, count);
const norm = Math.hypot(...gradients);

/** `steps` steps on one gradient, from row `first` on. */
function arenaOf({ maxNorm, l2, decoupled }: Options, normed: boolean) {
  const rows = Array.from({ length: steps }, (_, i) => {
    const hyper: Record<(typeof HYPER)[number], number> = {
      rate: lr / (1 - beta1 ** (i + 1)),
      root: 1 / Math.sqrt(1 - beta2 ** (i + 1)),
      ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon },
      ...{ decay: 1 - lr * decoupled, l2, maxNorm, seedLow: 0, seedHigh: 0 },
    };
    return HYPER.map((name) => hyper[name]);
  });
  const zeros = Array(count).fill(0);
  const values = { parameters, gradients, m: zeros, v: zeros, norms: [77, 77, 77, 77, 77, 77] };
  return new Arena64({ ...values, hyper: [...HYPER.map(() => NaN), ...rows.flat()] }, (at) => ({
    adam: {
      op: "adam",
      ...{ count, parameters: at("parameters"), gradients: at("gradients") },
      ...{ m: at("m"), v: at("v"), hyper: at("hyper"), norm: normed ? at("norms") : -1 },
    },
  }));
}

/** Algorithm 1 of Kingma & Ba (2015), and 2 of Loshchilov & Hutter (2019), for one number. */
function adam(p: number, gradient: number, { maxNorm, l2, decoupled }: Options) {
  let [m, v] = [0, 0];
  const clipped = maxNorm > 0 && norm + 1e-6 > maxNorm
    ? gradient * maxNorm / (norm + 1e-6)
    : gradient;
  for (let t = 1; t <= steps; t++) {
    const g = clipped + l2 * p;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    const [mHat, vHat] = [m / (1 - beta1 ** t), v / (1 - beta2 ** t)];
    p = p - lr * decoupled * p - lr * mHat / (Math.sqrt(vHat) + epsilon);
  }
  return { p, m, v };
}

const cases: Record<string, Options> = {
  "plain": { maxNorm: 0, l2: 0, decoupled: 0 },
  "clipped": { maxNorm: 0.4 * norm, l2: 0, decoupled: 0 },
  "below the largest norm": { maxNorm: 2 * norm, l2: 0, decoupled: 0 },
  "with weight decay in the gradient, after clipping": {
    ...{ maxNorm: 0.4 * norm, l2: 0.3, decoupled: 0 },
  },
  "with decoupled weight decay": { maxNorm: 0, l2: 0, decoupled: 0.3 },
};
for (const [name, options] of Object.entries(cases)) {
  Deno.test(`Adam's steps are those of the paper: ${name}`, () => {
    const wanted = parameters.map((p, i) => adam(p, gradients[i]!, options));
    for (const normed of [true, false]) {
      const arena = arenaOf(options, normed);
      arena.run("adam", steps, first);
      const close = (found: "parameters" | "m" | "v", part: "p" | "m" | "v"): void =>
        assertClose(arena.numbers(found), wanted.map((one) => one[part]), tolerance.rounding, {
          what: found,
        });
      close("parameters", "p");
      close("m", "m");
      close("v", "v");
      assertEquals(arena.numbers("gradients"), gradients);
      // The norm is that before clipping, in the rows of the steps alone.
      const norms = normed ? [77, ...Array(steps).fill(norm), 77] : Array(steps + 2).fill(77);
      assertClose(arena.numbers("norms"), norms, tolerance.rounding);
    }
  });
}

Deno.test("Adam's hyperparameters are those of the step's row", () => {
  const arena = arenaOf(cases["plain"]!, true);
  const rows = arena.numbers("hyper");
  // A rate of 0 in the second row: that step moves the moments and no parameter.
  const still = rows.with((first + 1) * HYPER.length + hyperColumn.rate, 0);
  arena.write("hyper", still);
  arena.run("adam", 1, first);
  const [before, m] = [arena.numbers("parameters"), arena.numbers("m")];
  arena.run("adam", 1, first + 1);
  assertEquals(arena.numbers("parameters"), before);
  assertClose(
    arena.numbers("m"),
    m.map((value, i) => beta1 * value + (1 - beta1) * gradients[i]!),
    tolerance.rounding,
  );
});
