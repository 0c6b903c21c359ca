import { assertEquals } from "@std/assert";
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
  Deno.test(`cross-entropy, where ${name} is ignored, and its gradient`, () => {
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

Deno.test("cross-entropy of large logits is that of logits moved to 0", () => {
  const [far, near] = [entropies([1, 0, 2], 3, -1, 1000), entropies([1, 0, 2], 3, -1)];
  assertClose([far.loss()], [near.loss()], tolerance.rounding);
  assertClose(far.arena.numbers("logits"), near.arena.numbers("logits"), tolerance.rounding);
});

Deno.test("cross-entropy is 0, and so is its gradient, where no row counts", () => {
  const { arena, loss } = entropies([-100, -100], 3, -100);
  assertEquals(loss(), 0);
  assertEquals(arena.numbers("logits"), [0, 0, 0, 0, 0, 0]);
});

/** Six rows of three numbers; the gradient of `inPlace` goes over the prediction. */
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
  Deno.test(`the squared error, masked by ${mask ?? "nothing"}, and its gradient`, () => {
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
    for (const [routine, place] of [["apart", "gradient"], ["inPlace", "prediction"]] as const) {
      arena.write("loss", unwritten);
      arena.run(routine, 1, row);
      assertClose(arena.numbers(place), differences, tolerance.differences, { scale: 1 });
      assertEquals(arena.numbers(place).filter((_, i) => !counts(i)).every((g) => g === 0), true);
      assertClose([arena.numbers("loss")[row]!], [mean], tolerance.rounding);
      assertEquals(arena.numbers("loss").with(row, 77), unwritten);
    }
  });
}

Deno.test("the squared error is 0, and so is its gradient, where no row counts", () => {
  const { arena } = errors([0, 0, 0, 0, 0, 0]);
  arena.run("apart", 1, row);
  assertEquals(arena.numbers("loss"), unwritten.with(row, 0));
  assertEquals(arena.numbers("gradient"), Array(18).fill(0));
});
