import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { addingProblem } from "../../../src/data/adding_problem.ts";
import {
  drawing,
  epochsOf,
  fitByPlateau,
  networksOf,
  Plateaus,
} from "../../../src/experiments/learning_capacity/train.ts";
import { evaluate } from "../../../src/training/evaluate.ts";
import { fit } from "../../../src/training/fit.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../../src/training/reduce_lr_on_plateau.ts";
import { onBackend } from "../../backends.ts";

const task = addingProblem({ steps: 3 });
const loss = new MSELoss();
const learningRate = 0.3;
const reduction = { factor: 0.5, patience: 1 };
const [epochs, steps] = [12, 36];

function start(seeds: readonly number[]) {
  const sources = (name: string) => seeds.map((seed) => new Random(seed).fork(name));
  const model = networksOf({
    ...{ task, architecture: "RNN", hiddenSize: 4, weights: sources("weights"), learningRate },
    ...{ updates: steps, draw: drawing(task, 2, []), test: drawing(task, 2, sources("none"))() },
  });
  const draw = drawing(task, 2, sources("data"));
  return { model, draw, validation: drawing(task, 8, sources("validation"))() };
}

/** Trains a single network with PyTorch's schedule. */
async function alone(seed: number) {
  const { model, draw, validation } = start([seed]);
  const adam = new Adam(model, { learningRate });
  const plateau = new ReduceLROnPlateau(adam, reduction);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const own = await fit(model, loss, adam, { steps: steps / epochs, draw });
    losses.push(...own.map(([one]) => one ?? NaN));
    const [found = NaN] = await evaluate(model, loss, validation);
    plateau.step(found);
  }
  const rate = adam.learningRate;
  adam.dispose();
  model.dispose();
  return { losses, rate };
}

Deno.test("fitByPlateau() trains each network as fit() does alone with ReduceLROnPlateau", async () => {
  await onBackend("wasm", async () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const { model, draw, validation } = start(seeds);
    const plateaus = new Plateaus(seeds.length, learningRate, reduction);
    const adam = new Adam(model, { learningRate: 1, replicaSchedule: () => plateaus.rates });
    const done: number[] = [];
    const losses = await fitByPlateau(model, loss, adam, {
      ...{ epochs, validation, plateaus, steps, draw },
      onStep: (count) => done.push(count),
    });
    adam.dispose();
    model.dispose();
    const wanted = [];
    for (const seed of seeds) wanted.push(await alone(seed));
    assertEquals(plateaus.rates, wanted.map(({ rate }) => rate));
    assertEquals(seeds.map((_, i) => losses.map((row) => row[i])), wanted.map((own) => own.losses));
    assertEquals(done.at(-1), steps);
    // The rates must be reduced at different times for this comparison to show anything.
    assert(new Set(plateaus.rates).size > 1);
  });
});

Deno.test("Plateaus.step() counts a loss of NaN as no improvement", () => {
  const plateaus = new Plateaus(2, 0.1, { factor: 0.5, patience: 1 });
  for (const own of [[1, 1], [NaN, 0.5], [NaN, 0.4]]) plateaus.step(own);
  assertEquals(plateaus.rates, [0.05, 0.1]);
});

Deno.test("epochsOf() has every update once, in epochs whose sizes differ by at most one", () => {
  assertEquals(epochsOf(6, 3), [[0, 2], [2, 4], [4, 6]]);
  assertEquals(epochsOf(5, 3), [[0, 2], [2, 3], [3, 5]]);
  assertEquals(epochsOf(2, 20), [[0, 1], [1, 2]]);
});
