import { assertEquals } from "@std/assert";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { experiments } from "../../../src/experiments/registry.ts";
import { command, runInputs } from "../../../tasks/report/runs.ts";

Deno.test("command() has the parameters that differ from the profile's, so that it computes the same result", async () => {
  const experiment = experiments.find(({ id }) => id === "vanishing-gradients");
  if (experiment === undefined) throw new Error("There is no such experiment.");
  const backend = { name: "cpu", adapter: null, versions: {} } as const;
  const usual = resolveParameters(experiment.parameters, {});
  const hiddenSize = String(usual["hiddenSize"]);
  const sets: readonly (readonly [set: Readonly<Record<string, string>>, flags: string])[] = [
    [{}, ""],
    [{ hiddenSize }, ""],
    [{ gains: "0.5, 1", hiddenSize: "4" }, " --set hiddenSize=4 --set gains=0.5,1"],
  ];
  for (const [set, flags] of sets) {
    const options = { profile: "quick", seeds: 2, set } as const;
    const inputs = await runInputs(experiment, options, backend);
    const start =
      "deno task experiment vanishing-gradients --profile quick --seeds 2 --backend cpu";
    const text = command(experiment, inputs, "quick", "cpu");
    assertEquals(text.startsWith(start), true, text);
    const named = text.slice(start.length).split(" --set ").slice(1);
    assertEquals(named.toSorted(), flags.split(" --set ").slice(1).toSorted());
    const again = Object.fromEntries(named.map((flag) => flag.split("=")));
    assertEquals(await runInputs(experiment, { ...options, set: again }, backend), inputs);
  }
});
