import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type { LSTMState } from "../../src/model/lstm_cell.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { StateDict } from "../../src/model/state_dict.ts";
import type { Batch } from "../../src/training/batch.ts";
import { MSELoss } from "../../src/training/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import type { OptimizerState } from "../../src/training/optimizer_state.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";

type Kind = "fused" | "plain";

function network(implementation: Kind, replicas?: number): SequenceModel<LSTMState> {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  const sizes = { inputSize: 3, hiddenSize: 4, numLayers: 2, dropout: 0.5 };
  return new SequenceModel({
    recurrent: new LSTM({ ...sizes, implementation, random: random.fork("lstm"), ...many }),
    head: new Linear({ inFeatures: 4, outFeatures: 2, random: random.fork("head"), ...many }),
  });
}

function parts(count: number, replicas?: number): Batch[] {
  const random = new Random(2);
  const lead = replicas === undefined ? [] : [replicas];
  const field = (width: number) => ({
    shape: [...lead, 5, 2, width],
    data: random.array((replicas ?? 1) * 10 * width),
  });
  return Array.from({ length: count }, () => ({ x: field(3), target: field(2) }));
}

/** Trains on some parts, from a start where there is one. */
async function run(
  kind: Kind,
  batches: readonly Batch[],
  replicas?: number,
  start?: { weights: StateDict; optimizer: OptimizerState },
) {
  const model = network(kind, replicas);
  const schedule = (steps: number) => 1 / (1 + steps);
  const optimizer = new AdamW(model, { learningRate: 0.1, clipGradNorm: 0.5, schedule });
  if (start) {
    model.loadStateDict(start.weights);
    optimizer.loadStateDict(start.optimizer);
  }
  const random = new Random(3);
  const report = trainStep(model, new MSELoss(), optimizer, batches, { random, carryState: true });
  assertEquals(report.fused, kind === "fused");
  const losses = await report.losses();
  const found = {
    weights: await model.stateDict(),
    optimizer: await optimizer.stateDict(),
    losses,
  };
  optimizer.dispose();
  model.dispose();
  return found;
}

for (const kind of ["fused", "plain"] as const) {
  for (const replicas of [undefined, 2]) {
    const name = `${kind}, ${replicas ?? "no"} replicas`;
    forEachBackend(`training goes on from what an optimizer remembers: ${name}`, async () => {
      const batches = parts(6, replicas);
      const whole = await run(kind, batches, replicas);
      const half = await run(kind, batches.slice(0, 3), replicas);
      assertEquals(half.optimizer.step, 3);
      const rest = await run(kind, batches.slice(3), replicas, half);
      assertEquals(rest.weights, whole.weights);
      assertEquals(rest.optimizer, whole.optimizer);
      assertEquals([...half.losses, ...rest.losses], whole.losses);
      assert(half.losses[0]?.[0] !== rest.losses[0]?.[0]);
    });
  }
}

Deno.test("what no optimizer of the model remembers is refused", async () => {
  await selectBackend("cpu");
  const model = network("fused");
  const optimizer = new AdamW(model);
  const batches = parts(2);
  const options = { random: new Random(1), carryState: true };
  trainStep(model, new MSELoss(), optimizer, batches, options);
  const state = await optimizer.stateDict();
  const name = "exp_avg.head.bias";
  const wrong: (readonly [Partial<OptimizerState>, string])[] = [
    [{ step: -1 }, "step must be an integer of 0 or more, found -1"],
    [{ moments: {} }, "exp_avg.recurrent.weight_ih_l0 must be of shape [16, 3], found undefined"],
    [
      { moments: { ...state.moments, [name]: { shape: [3], data: new Float32Array(3) } } },
      "exp_avg.head.bias must be of shape [2], found [3]",
    ],
    [
      { moments: { ...state.moments, other: { shape: [1], data: new Float32Array(1) } } },
      'moments must be those of the model, found "other"',
    ],
    [{ learningRate: NaN }, "learningRate must be 0 or more, found NaN"],
  ];
  for (const [change, message] of wrong) {
    assertThrows(() => optimizer.loadStateDict({ ...state, ...change }), InputError, message);
  }
  const states = [new Float32Array(8)];
  optimizer.loadStateDict({ ...state, carried: { fused: true, states } });
  const go = () => trainStep(model, new MSELoss(), optimizer, batches, options);
  assertThrows(go, InputError, "carried states must be of 8, 8, 8, 8 numbers, found [8]");
  optimizer.loadStateDict({ ...state, carried: { fused: false, states } });
  assertThrows(go, InputError, 'carried states must be those of a fused step, found "plain"');
  optimizer.dispose();
  await assertRejects(() => optimizer.stateDict(), InputError, "optimizer must be in use");
  model.dispose();
});
