import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { manifestSchema, parseJson } from "../../src/core/result_schema.ts";
import { thisMachine } from "../../src/core/this_machine.ts";
import { manifestOf } from "../../src/report/manifest.ts";
import { sampleMachine } from "./sample_manifest.ts";
import { sampleResult } from "./sample_result.ts";

Deno.test("without details a run was on this machine and measured nothing of it", () => {
  const manifest = manifestOf([sampleResult()]);
  assertEquals(parseJson(manifestSchema, JSON.stringify(manifest), "the manifest"), manifest);
  const none = { metrics: [], tables: [], figures: [] };
  assertEquals(manifest.runs[0]?.machine, { ...thisMachine(), ...none });
  assert(manifest.environment.cores >= 1);
});

Deno.test("what is known of a run is in its record, under the digest of its result", () => {
  const runs = { "vanishing-gradients": { machine: sampleMachine(), timings: { draws: 2 } } };
  const results = ["vanishing-gradients", "lstm-gates"].map(sampleResult);
  const manifest = manifestOf(results, { date: new Date(0), runs });
  assertEquals(manifest.runs.map(({ machine }) => machine.tables.length), [1, 0]);
  assertEquals(manifest.runs[0]?.timings, { draws: 2 });
  assertEquals(manifest.runs.map(({ date }) => date), Array(2).fill("1970-01-01T00:00:00.000Z"));
  assertThrows(
    () => manifestOf([]),
    InputError,
    "results must be a list of at least one, found []",
  );
});
