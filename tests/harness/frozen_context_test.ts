import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { BackendDescription } from "../../src/core/backend.ts";
import { defineExperiment } from "../../src/harness/experiment.ts";
import { runExperiment } from "../../src/harness/run.ts";

const backend: BackendDescription = { name: "cpu", adapter: null, versions: { deno: "2" } };

Deno.test("runExperiment() freezes the parameters, seeds and backend of the context", async () => {
  const given = { nested: { sizes: [3, 5] } };
  const seeds = [42, 7];
  const writes:
    ((context: { readonly parameters: object; readonly seeds: readonly number[] }) => void)[] = [
      ({ parameters }) => Object.assign(parameters, { n: 999 }),
      ({ parameters }) => {
        const sizes: number[] = Reflect.get(Reflect.get(parameters, "nested"), "sizes");
        sizes.push(8);
      },
      ({ seeds }) => Object.assign(seeds, { 0: 43 }),
      (context) => Object.assign(context, { seeds: [43] }),
      (context) => Object.assign(Reflect.get(context, "backend"), { name: "webgpu" }),
      ({ seeds }) => Reflect.get(seeds, "push").call(seeds, 77),
    ];
  const experiment = (write: (typeof writes)[number]) =>
    defineExperiment({
      id: "writing",
      title: "Writing",
      question: "What does it write to?",
      version: 1,
      parameters: {
        n: z.int().default(2).describe("n"),
        nested: z.object({ sizes: z.array(z.int()) }).default({ sizes: [1] }).describe("nested"),
      },
      run: (context) => write(context),
    });
  for (const write of writes) {
    await assertRejects(
      () => runExperiment(experiment(write), { parameters: given, seeds, backend }),
      TypeError,
    );
  }
  // The caller's own values stay free, and what is changed while it runs does not reach the result.
  const { result } = await runExperiment(
    experiment(() => {
      seeds.push(77);
      given.nested.sizes.push(8);
    }),
    { parameters: given, seeds, backend },
  );
  assertEquals(result.parameters, { n: 2, nested: { sizes: [3, 5] } });
  assertEquals(result.seeds, [42, 7]);
  assertEquals([seeds, given.nested.sizes], [[42, 7, 77], [3, 5, 8]]);
});
