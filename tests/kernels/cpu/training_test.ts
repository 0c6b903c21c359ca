import { assertEquals } from "@std/assert";
import { HYPER, hyperColumn } from "../../../src/kernels/instructions.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64, normals } from "./arena64.ts";

const unwritten = [77, 77, 77];
/** The row of the loss in {@link unwritten}. */
const row = 1;

function entropies(targets: readonly number[], classes: number, ignore: number, centre = 0) {
  const logits = normals(1, targets.length * classes).map((logit) => centre + 2 * logit);
  const arena = new Arena64({ logits, targets, loss: unwritten }, (at) => ({
    crossEntropy: {
      op: "crossEntropy",
      ...{ rows: targets.length, classes, ignore },
      ...{ logits: at("logits"), targets: at("targets"), loss: at("loss") },
    },
  }));
  const loss = (): number => {
    arena.run("crossEntropy", 1, row);
    return arena.numbers("loss")[row]!;
  };
  return { arena, logits, loss };
}

const ignored: [name: string, targets: number[], ignore: number][] = [
  ["no row", [3, 0, 1, 1, 2], -1],
  ["rows marked -100", [3, -100, 1, -100, 2], -100],
  ["the rows of a class", [3, 0, 1, 0, 2], 0],
];
for (const [name, targets, ignore] of ignored) {
  Deno.test(`crossEntropy and its gradient, ${name} ignored`, () => {
    const classes = 4;
    const { arena, logits, loss } = entropies(targets, classes, ignore);
    const counted = [...targets.keys()].filter((i) => targets[i] !== ignore);
    const terms = counted.map((i) => {
      const own = logits.slice(i * classes, (i + 1) * classes);
      const total = own.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return -Math.log(Math.exp(own[targets[i]!]!) / total);
    });
    const mean = terms.reduce((a, b) => a + b) / counted.length;
    const differences = arena.differences("logits", loss);
    assertClose([loss()], [mean], tolerance.rounding);
    assertClose(arena.numbers("logits"), differences, tolerance.differences, { scale: 1 });
    const gradients = targets.map((_, i) => arena.numbers("logits").slice(4 * i, 4 * i + 4));
    for (const [i, gradient] of gradients.entries()) {
      if (targets[i] === ignore) assertEquals(gradient, [0, 0, 0, 0]);
    }
    assertEquals(arena.numbers("loss").with(row, 77), unwritten);
  });
}

Deno.test("crossEntropy does not overflow for large logits", () => {
  const [far, near] = [entropies([1, 0, 2], 3, -1, 1000), entropies([1, 0, 2], 3, -1)];
  assertClose([far.loss()], [near.loss()], tolerance.rounding);
  assertClose(far.arena.numbers("logits"), near.arena.numbers("logits"), tolerance.rounding);
});

Deno.test("crossEntropy and its gradient are 0 if no row counts", () => {
  const { arena, loss } = entropies([-100, -100], 3, -100);
  assertEquals(loss(), 0);
  assertEquals(arena.numbers("logits"), [0, 0, 0, 0, 0, 0]);
});

/** Six rows of three numbers; `inPlace` overwrites the prediction with the gradient. */
function errors(mask: readonly number[] | null) {
  const [prediction, target] = [normals(2, 18), normals(3, 18)];
  const values = { prediction, target, mask: mask ?? [], gradient: normals(4, 18) };
  const arena = new Arena64({ ...values, loss: unwritten }, (at) => {
    const command = {
      op: "squaredError",
      ...{ count: 18, width: 3, prediction: at("prediction"), target: at("target") },
      ...{ mask: mask ? at("mask") : -1, gradient: at("gradient"), loss: at("loss") },
    } as const;
    return {
      apart: command,
      inPlace: { ...command, gradient: at("prediction") },
      lossAlone: { ...command, gradient: -1 },
    };
  });
  return { arena, ...values };
}

for (const mask of [null, [1, 0, 1, 1, 0, 1], [0, 0, 1, 0, 0, 0]]) {
  Deno.test(`squaredError and its gradient, mask ${mask ?? "absent"}`, () => {
    const { arena, prediction, target, gradient } = errors(mask);
    const counts = (i: number): boolean => mask === null || mask[Math.floor(i / 3)] === 1;
    const squares = prediction.map((p, i) => (p - target[i]!) ** 2).filter((_, i) => counts(i));
    const mean = squares.reduce((a, b) => a + b) / squares.length;
    const loss = (): number => {
      arena.run("lossAlone", 1, row);
      return arena.numbers("loss")[row]!;
    };
    const differences = arena.differences("prediction", loss);
    assertClose([loss()], [mean], tolerance.rounding);
    assertEquals(arena.numbers("gradient"), gradient);
    for (const [routine, region] of [["apart", "gradient"], ["inPlace", "prediction"]] as const) {
      arena.write("loss", unwritten);
      arena.run(routine, 1, row);
      assertClose(arena.numbers(region), differences, tolerance.differences, { scale: 1 });
      assertEquals(arena.numbers(region).filter((_, i) => !counts(i)).every((g) => g === 0), true);
      assertClose([arena.numbers("loss")[row]!], [mean], tolerance.rounding);
      assertEquals(arena.numbers("loss").with(row, 77), unwritten);
    }
  });
}

Deno.test("squaredError and its gradient are 0 if no row counts", () => {
  const { arena } = errors([0, 0, 0, 0, 0, 0]);
  arena.run("apart", 1, row);
  assertEquals(arena.numbers("loss"), unwritten.with(row, 0));
  assertEquals(arena.numbers("gradient"), Array(18).fill(0));
});

const [lr, beta1, beta2, epsilon] = [0.02, 0.8, 0.95, 1e-3];
const [count, steps, first] = [7, 4, 1];

interface Options {
  /** The largest norm; 0 for no clipping. */
  readonly maxNorm: number;
  /** The weight decay of Adam. */
  readonly l2: number;
  /** The weight decay of AdamW. */
  readonly decoupled: number;
}

const parameters = normals(1, count);
const gradients = normals(2, count);
const norm = Math.hypot(...gradients);

/** Returns an arena for `steps` steps with one gradient, from row `first` on. */
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
  Deno.test(`adam takes the steps of the paper: ${name}`, () => {
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
      // The norm is the one before clipping, and only the rows of the steps are written.
      const norms = normed ? [77, ...Array(steps).fill(norm), 77] : Array(steps + 2).fill(77);
      assertClose(arena.numbers("norms"), norms, tolerance.rounding);
    }
  });
}

Deno.test("adam reads the hyperparameters of the row of the step", () => {
  const arena = arenaOf(cases["plain"]!, true);
  const rows = arena.numbers("hyper");
  // A rate of 0 in the second row: that step changes the moments and no parameter.
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
