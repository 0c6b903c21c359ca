import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import type { CellKind } from "../../../src/kernels/cells.ts";
import type { SequenceReadout } from "../../../src/model/readout.ts";
import type { Implementation } from "../../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import type { Batch } from "../../../src/training/engine/batch.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { type BackendName, forEachBackend } from "../../backends.ts";
import { cells, hasDirections, layerOf } from "../../model/layers.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const [batch, input, hidden, output] = [3, 2, 4, 2];
const lengths = [5, 4, 2];

interface Kind {
  readonly cell: CellKind;
  readonly readout: SequenceReadout;
  readonly bidirectional: boolean;
  readonly implementation: Implementation;
}

function modelOf({ readout, cell, ...settings }: Kind): SequenceModel<tf.TensorContainer> {
  const random = new Random(1);
  const attention = { size: 5, random: random.fork("attention") };
  return new SequenceModel<tf.TensorContainer>({
    recurrent: layerOf(cell, {
      ...{ inputSize: input, hiddenSize: hidden, ...settings, random: random.fork("recurrent") },
    }),
    readout,
    ...(readout === "attention" ? { attention } : {}),
    head: { outFeatures: output, random: random.fork("head") },
  });
}

/** Sequences padded to `steps`; those of a readout of all steps have a target at each. */
function batchOf(readout: SequenceReadout, steps: number, masked: boolean): Batch {
  const numbers = (label: string, t: number, count: number): number[] => {
    const random = new Random(3).fork(label).fork(t);
    return Array.from({ length: count }, () => random.normal());
  };
  const rows = (label: string, width: number) => {
    const all = Array.from({ length: steps }, (_, t) => numbers(label, t, batch * width));
    return { shape: [steps, batch, width], data: Float32Array.from(all.flat()) };
  };
  const target = readout === "all"
    ? rows("target", output)
    : { shape: [batch, output], data: Float32Array.from(numbers("target", 0, batch * output)) };
  return { x: rows("x", input), target, ...(masked ? { lengths } : {}) };
}

/** Returns losses, norms and parameters after three steps of Adam. */
async function train(kind: Kind, one: Batch): Promise<Record<string, Float32Array>> {
  using model = modelOf(kind);
  const before = tf.memory().numTensors;
  const optimizer = new Adam(model, { learningRate: 0.01 });
  const report = trainStep(model, new MSELoss(), optimizer, [one, one, one]);
  assertEquals(report.fused, kind.implementation === "fused");
  const losses = await report.losses();
  const norms = await report.gradNorms();
  const dict = await model.stateDict();
  optimizer.dispose();
  assertEquals(tf.memory().numTensors, before, "tensors are left");
  const weights = Object.entries(dict).map(([name, { data }]) => [name, data] as const);
  const flat = (rows: readonly Float32Array[]) =>
    Float32Array.from(rows.flatMap((row) => [...row]));
  return { losses: flat(losses), norms: flat(norms), ...Object.fromEntries(weights) };
}

const readouts = ["all", "last", "mean", "attention"] as const;

function kindsOf(backend: BackendName): Omit<Kind, "implementation">[] {
  // On WebGPU every shape compiles for seconds.
  const few = backend === "webgpu";
  return (few ? ["lstm"] as const : cells).flatMap((cell) =>
    (few ? ["last", "attention"] as const : readouts).flatMap((readout) =>
      (few ? [true] : hasDirections(cell) ? [false, true] : [false]).map((bidirectional) => {
        return { cell, readout, bidirectional };
      })
    )
  );
}

forEachBackend(
  "trainStep() does the same fused and plain, for every cell, readout, direction and mask",
  async (backend) => {
    for (const kind of kindsOf(backend)) {
      for (const masked of backend === "webgpu" ? [true] : [false, true]) {
        const one = batchOf(kind.readout, 5, masked);
        const fused = await train({ ...kind, implementation: "fused" }, one);
        const plain = await train({ ...kind, implementation: "plain" }, one);
        assertEquals(Object.keys(fused), Object.keys(plain));
        for (const [name, wanted] of Object.entries(plain)) {
          const what = `${name}, masked ${masked}, ${JSON.stringify(kind)}`;
          assertClose(fused[name] ?? [], wanted, tolerance.steps, { what });
        }
      }
    }
  },
);

forEachBackend(
  "trainStep() trains to the same parameters whatever the padding, for every readout",
  async (backend) => {
    for (const kind of kindsOf(backend)) {
      const run = async (steps: number) =>
        await train({ ...kind, implementation: "fused" }, batchOf(kind.readout, steps, true));
      const [found, wanted] = [await run(8), await run(5)];
      for (const [name, values] of Object.entries(wanted)) {
        const what = `${name}, ${JSON.stringify(kind)}`;
        assert(values.every(Number.isFinite), what);
        if (backend === "webgpu") {
          assertClose(found[name] ?? [], values, tolerance.steps, { what });
        } else assertEquals(found[name], values, what);
      }
    }
  },
);
