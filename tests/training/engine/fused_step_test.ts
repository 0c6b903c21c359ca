import { assertEquals } from "@std/assert";
import type { StateDict } from "../../../src/model/parameters/state_dict.ts";
import { Adam, AdamW } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { type BackendName, forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { type Composition, randomComposition } from "./compositions.ts";

/**
 * The number of compositions; on WebGPU each compiles shaders, which is slow on a software adapter.
 */
const counts: Readonly<Record<BackendName, number>> = { cpu: 60, wasm: 60, webgpu: 6 };

interface Trained {
  readonly losses: number[];
  readonly norms: number[];
  readonly weights: StateDict;
}

async function train(
  one: Composition,
  implementation: "fused" | "plain",
  replicas?: number,
): Promise<Trained> {
  const model = one.make(implementation, replicas);
  const make = one.what.length % 2 === 0 ? Adam : AdamW;
  const optimizer = new make(model, { learningRate: 0.01, weightDecay: 0.1, clipGradNorm: 0.5 });
  const { loss, carryState } = one;
  const options = { random: one.random(), carryState };
  const report = trainStep(model, loss, optimizer, one.batches(replicas), options);
  const losses = (await report.losses()).flatMap((row) => [...row]);
  const norms = (await report.gradNorms()).flatMap((row) => [...row]);
  const weights = await model.stateDict();
  optimizer.dispose();
  model.dispose();
  return { losses, norms, weights };
}

forEachBackend(
  "trainStep() does the same fused and plain, for random models",
  async (backend) => {
    for (let seed = 0; seed < counts[backend]; seed++) {
      const one = randomComposition(seed);
      const [fused, plain] = [await train(one, "fused"), await train(one, "plain")];
      const allowed = tolerance.steps;
      assertClose(fused.losses, plain.losses, allowed, { what: `losses of ${one.what}` });
      assertClose(fused.norms, plain.norms, allowed, { what: `norms of ${one.what}` });
      for (const [name, { data }] of Object.entries(plain.weights)) {
        assertClose(fused.weights[name]?.data ?? [], data, allowed, {
          what: `${name} of ${one.what}`,
          scale: Math.max(0.01, ...data.map(Math.abs)),
        });
      }
    }
  },
);

forEachBackend("trainStep() trains each replica as if it were alone", async (backend) => {
  for (let seed = 100; seed < 100 + counts[backend] / 3; seed++) {
    const one = randomComposition(seed);
    const many = await train(one, "fused", 3);
    const random = one.random();
    for (const r of [0, 1, 2]) {
      const model = one.make("fused", 3);
      const all = await model.stateDict();
      model.dispose();
      const part = (dict: StateDict): StateDict =>
        Object.fromEntries(
          Object.entries(dict).map(([name, { shape, data }]) => {
            const size = data.length / 3;
            return [name, { shape: shape.slice(1), data: data.slice(r * size, (r + 1) * size) }];
          }),
        );
      const alone: Composition = {
        ...one,
        random: () => random.fork(r),
        make(implementation) {
          const lone = one.make(implementation);
          lone.loadStateDict(part(all));
          return lone;
        },
      };
      const single = await train(alone, "fused");
      const wanted = part(many.weights);
      const losses = many.losses.filter((_, i) => i % 3 === r);
      if (backend !== "webgpu") {
        assertEquals(single.losses, losses, one.what);
        assertEquals(single.weights, wanted, one.what);
        continue;
      }
      assertClose(single.losses, losses, tolerance.replicas, { what: one.what });
      for (const [name, { data }] of Object.entries(wanted)) {
        assertClose(single.weights[name]?.data ?? [], data, tolerance.replicas, { what: name });
      }
    }
  }
});
