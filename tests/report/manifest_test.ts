import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { manifestSchema } from "../../src/result/result_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { thisMachine } from "../../src/platform/runtime.ts";
import { manifestOf } from "../../src/report/manifest.ts";
import { sampleMachine } from "./sample_manifest.ts";
import { sampleResult } from "./sample_result.ts";

Deno.test("manifestOf() has a run on this machine without measurements by default", () => {
  const manifest = manifestOf([sampleResult()]);
  assertEquals(parseJson(manifestSchema, JSON.stringify(manifest), "the manifest"), manifest);
  const none = { metrics: [], tables: [], figures: [] };
  assertEquals(manifest.runs[0]?.machine, { ...thisMachine(), ...none });
  assert(manifest.environment.cores >= 1);
});

Deno.test("manifestOf() adds the details of a run and the digest of its result", () => {
  const runs = { "vanishing-gradients": { machine: sampleMachine(), timings: { draws: 2 } } };
  const results = ["vanishing-gradients", "lstm-gates"].map(sampleResult);
  const manifest = manifestOf(results, { date: new Date(0), runs });
  assertEquals(manifest.runs.map(({ machine }) => machine.tables.length), [1, 0]);
  assertEquals(manifest.runs[0]?.timings, { draws: 2 });
  assertEquals(manifest.runs.map(({ date }) => date), Array(2).fill("1970-01-01T00:00:00.000Z"));
  assertThrows(
    () => manifestOf([]),
    InputError,
    "results must be a list of at least one result, found []",
  );
});

Deno.test("manifestOf() refuses unknown details, and runs of experiments that are not there", () => {
  const results = ["constructor", "lstm-gates"].map(sampleResult);
  // A call without types, as from JavaScript.
  const message = (...given: unknown[]) =>
    assertThrows(() => Reflect.apply(manifestOf, null, given), InputError).message;
  const cases: [unknown, string][] = [
    [
      { profil: "quick" },
      'an option of manifestOf must be one of date, profile, commit, runs, found "profil". ' +
      "Did you mean profile?",
    ],
    [
      { runs: { lstm: {} } },
      'an experiment of runs must be one of constructor, lstm-gates, found "lstm"',
    ],
    [
      { runs: { "lstm-gates": { result: {} } } },
      "an option of runs of lstm-gates must be one of experiment, key, date, seconds, timings, " +
      'machine, reused, reason, sha256, command, found "result"',
    ],
    [{ runs: [] }, "runs must be an object by experiment, found []"],
    [{ date: new Date("soon") }, "date must be a date, found an instance of Date"],
    [{ date: "2026-01-01" }, 'date must be a date, found "2026-01-01"'],
    [null, "options of manifestOf must be an object such as { date, profile }, found null"],
  ];
  for (const [details, wanted] of cases) assertEquals(message(results, details), wanted);
  assertEquals(
    message(results[0], {}).replace(/, found.*/, ""),
    "results must be a list of at least one result",
  );
  assertEquals(manifestOf(results).runs.map(({ experiment }) => experiment), [
    "constructor",
    "lstm-gates",
  ]);
});

Deno.test("manifestOf() throws an InputError with help for a run in place of a result", () => {
  const message = (results: unknown) =>
    assertThrows(() => Reflect.apply(manifestOf, null, [results]), InputError).message
      .replace(/found \{.*?\.\.\./, "found {...");
  const result = sampleResult("lstm-gates");
  const run = { result, timings: {}, machine: sampleMachine() };
  const cases: [unknown, string][] = [
    [
      [result, run],
      "results[1] must be the result of an experiment, found {.... " +
      "Give its result: const { result } = await runExperiment(...)",
    ],
    [
      run,
      "results must be a list of at least one result, found {.... " +
      "Give its result: const { result } = await runExperiment(...)",
    ],
    [
      result,
      "results must be a list of at least one result, found {.... Put the result into a list: [result]",
    ],
    [
      [Promise.resolve(run)],
      "results[0] must be the result of an experiment, found an instance of Promise. Await it first",
    ],
    [[null], "results[0] must be the result of an experiment, found null"],
    [["lstm"], 'results[0] must be the result of an experiment, found "lstm"'],
  ];
  for (const [given, wanted] of cases) assertEquals(message(given), wanted);
});
