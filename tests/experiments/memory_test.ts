import { assert, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { experiments } from "../../src/experiments/registry.ts";
import { resolveParameters } from "../../src/harness/parameters.ts";
import { checkBatchSize } from "../../src/experiments/memory.ts";

Deno.test("checkBatchSize() accepts a batch that fits, and names the largest otherwise", () => {
  checkBatchSize("batch", 4, 2 ** 26);
  assertThrows(
    () => checkBatchSize("batch", 5, 2 ** 26),
    InputError,
    "batch must be at most 4 for these sizes of networks and sequences and this number of seeds, found 5",
  );
  assertThrows(
    () => checkBatchSize("batch", 1, 2 ** 30),
    InputError,
    "batch must be used with smaller networks, shorter sequences or fewer seeds, since not even 1 fits, found 1",
  );
});

Deno.test("checkBatchSize() accepts every profile of every experiment", () => {
  for (const { id, parameters, profiles, check } of experiments) {
    for (const [name, profile] of Object.entries(profiles)) {
      const seeds = Array.from({ length: profile.seeds }, (_, i) => i + 1);
      assert(seeds.length > 0, `${id}, ${name}`);
      check?.({ parameters: resolveParameters(parameters, profile.parameters ?? {}), seeds });
    }
  }
});

Deno.test("runExperiment() refuses sizes that exceed the memory before it runs", () => {
  for (
    const [id, set, message] of [
      ["lstm-gates", { heldOut: 1024, length: 200, hiddenSize: 256 }, "heldOut must be"],
      ["learning-capacity", { longLag: 1000, testBatch: 10_000 }, "testBatch must be"],
      [
        "architecture-comparison",
        { lengths: [6, 2000], hiddenSize: 1024, batch: 1024 },
        "batch must be",
      ],
    ] as const
  ) {
    const experiment = experiments.find((one) => one.id === id);
    assert(experiment?.check);
    const parameters = resolveParameters(experiment.parameters, set);
    assertThrows(
      () => experiment.check?.({ parameters, seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }),
      InputError,
      message,
    );
  }
});
