import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { InputError } from "../../../src/core/errors.ts";
import { architectures } from "../../../src/experiments/architectures.ts";
import { learningCapacity } from "../../../src/experiments/learning_capacity/experiment.ts";
import {
  bestOf,
  type GridCell,
  gridInit,
  gridOf,
} from "../../../src/experiments/learning_capacity/memory_tasks.ts";
import { finite } from "../../../src/experiments/learning_capacity/train.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";

const values = resolveParameters(learningCapacity.parameters, { rates: [0.1, 0.01, 0.1] });

Deno.test("gridOf() gives each architecture the same number of cells, with ascending rates", () => {
  for (const architecture of architectures) {
    const cells = gridOf(values, architecture);
    assertEquals(cells.map(({ rate }) => rate), [0.01, 0.1, 0.01, 0.1], architecture);
    const names = [...new Set(cells.map(({ initialisation }) => initialisation))];
    assertEquals(names, [
      "PyTorch's weights",
      architecture === "RNN" ? "orthogonal W_hh" : "chrono",
    ]);
  }
});

Deno.test("gridInit() returns the initialiser of a name", () => {
  assertEquals(gridInit("PyTorch's weights", 50), undefined);
  const rnn = { cell: "rnn_tanh", hiddenSize: 4, bias: true } as const;
  const matrix = Array.from(
    gridInit("orthogonal W_hh", 50)?.("weight_hh_l0", [4, 4], rnn, new Random(1)) ?? [],
  );
  for (const row of [0, 1, 2, 3]) {
    const length = Math.hypot(...matrix.slice(4 * row, 4 * row + 4));
    assert(Math.abs(length - 1) < 1e-12);
  }
  const lstm = { cell: "lstm", hiddenSize: 500, bias: true } as const;
  const biases = Array.from(
    gridInit("chrono", 50)?.("bias_ih_l0", [2000], lstm, new Random(1)) ?? [],
  ).slice(500, 1000);
  const longest = Math.max(...biases);
  assert(longest <= Math.log(49) && longest > Math.log(45), `${longest}`);
});

Deno.test("bestOf() selects the cell with the lowest geometric mean, and the first of equal means", () => {
  const cell = (rate: number): GridCell => ({ rate, initialisation: "chrono" });
  // The arithmetic means are 5.05, 3 and 3, and the geometric means 1, 3 and 3.
  const grid = [
    { cell: cell(1), losses: [3, 3] },
    { cell: cell(2), losses: [0.1, 10] },
    { cell: cell(3), losses: [3, 3] },
  ];
  assertEquals(bestOf(grid).rate, 2);
  assertEquals(bestOf(grid.filter((one) => one.cell.rate !== 2)).rate, 1);
  assertThrows(() => bestOf([]), InputError, "the grid must be at least one cell");
});

Deno.test("finite() returns the mean of losses, or the largest float if the mean is not finite", () => {
  assertEquals(finite([1, 2, 6]), 3);
  for (const beyond of [NaN, Infinity]) {
    const found = finite([1, beyond]);
    assert(found > 3e38 && Math.fround(found) === found);
  }
});
