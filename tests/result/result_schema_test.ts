import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import type { Manifest, Result } from "../../src/result/result.ts";
import { jsonSchema, parseJson } from "../../src/core/schema.ts";
import { manifestSchema, resultSchema } from "../../src/result/result_schema.ts";
import { changed } from "./changed.ts";

const backend = {
  name: "webgpu",
  adapter: { description: "Some GPU", vendor: "a vendor", architecture: "", kind: "hardware" },
  versions: { deno: "2.0.0", tfjs: "4.0.0" },
} as const;

const estimate = { value: 0.5, low: 0.4, high: 0.6, n: 10, confidence: 0.95, method: "mean" };

const seedValues = { labels: [0, 1], values: [0.4, 0.6], statistic: "mean" } as const;

const hypothesis = {
  statement: "It vanishes.",
  source: "A paper",
  measure: "The slope",
  predicts: { relation: "below", value: 0, smallestEffect: 0.1, reason: "A convention." },
  family: "slopes",
  findings: { supported: "S.", refuted: "R.", equivalent: "E.", undecided: "U." },
  frozen: { date: "2026-11-27", commit: "abc" },
  revisions: [],
} as const;

/** A result with every kind of part. */
const result: Result = {
  format: "unroll-result-2",
  experiment: { id: "an-experiment", title: "A title", question: "Why?", version: 1 },
  parameters: { size: 3, gains: [0.5, 1], nested: { on: true, none: null } },
  seeds: [0, 1],
  backend,
  metrics: [
    { id: "loss", label: "Loss", unit: "nats", ...seedValues, estimate },
    {
      ...{ id: "one-seed", label: "Loss", ...seedValues, overlap: 0.25 },
      estimate: { ...estimate, low: null, high: null, n: 1 },
    },
  ],
  tables: [{
    id: "flow",
    title: "Gradient flow",
    columns: [{ name: "k", label: "lag", unit: "steps" }, { name: "gain", label: "gain" }],
    rows: [[0, "0.5"], [1, null]],
    samples: { statistic: "share", labels: [0, "one"], values: [[0, 1], [1, null]] },
  }],
  figures: [{
    kind: "drawing",
    id: "unfolding",
    title: "Unfolding",
    caption: "What is drawn.",
    alt: "What is seen.",
    drawing: "rnn-unfolding",
    options: { steps: 8 },
  }],
  claims: [{
    id: "vanishes",
    ...hypothesis,
    ...seedValues,
    estimate,
    ...{ p: 0.01, adjustedP: 0.02, equivalenceP: 0.4, adjustedEquivalenceP: 0.8 },
    ...{ outsideP: 0.6, adjustedOutsideP: 1 },
    ...{ agreeing: estimate, signedRankP: 0.03, detectable: 0.1 },
    verdict: "undecided",
    unadjustedVerdict: "refuted",
    alternatives: [{ name: "other weights", values: [1, 2], estimate, verdict: "equivalent" }],
    influential: [{ label: 1, verdict: "supported" }, { label: "one", verdict: "refuted" }],
  }, {
    id: "few",
    ...hypothesis,
    quotation: { text: "It vanishes.", file: "fixtures/notebook.md", line: 3 },
    unit: "1/step",
    search: "over lags",
    priorResult: "0.4 in an earlier run",
    revisions: [{ date: "2026-11-28", commit: null, what: "The value.", why: "A mistake." }],
    ...seedValues,
    parts: { top: [1, 2], base: [3, 4] },
    overlap: 0.25,
    estimate,
    ...{ p: null, adjustedP: null, equivalenceP: null, adjustedEquivalenceP: null },
    ...{ outsideP: null, adjustedOutsideP: null },
    ...{ agreeing: estimate, signedRankP: null, detectable: null },
    verdict: "undecided",
    unadjustedVerdict: "undecided",
    alternatives: [],
    influential: [],
  }],
  unmeasured: [{ id: "other", statement: "It is.", reason: "No second network." }],
  checks: [{
    ...{ id: "bound", statement: "It is bounded.", source: "algebra", measure: "The norm" },
    ...{ limit: 1, reason: "Rounding.", cases: 10, worst: 0.9, holds: true },
  }],
};

const manifest: Manifest = {
  format: "unroll-manifest-5",
  date: "2024-01-02T03:04:05.678Z",
  profile: "quick",
  backend: { name: "cpu", adapter: null, versions: {} },
  environment: {
    os: "linux",
    arch: "x86_64",
    cores: 2,
    runtime: { name: "deno", version: "2.0.0", v8: "12", typescript: "5" },
    packages: { zod: "4.0.0" },
  },
  commit: null,
  runs: [{
    experiment: "an-experiment",
    key: "a key",
    date: "2024-01-02T03:04:05Z",
    seconds: 1.5,
    timings: { train: 1 },
    machine: {
      os: "darwin",
      arch: "aarch64",
      cores: 8,
      metrics: [{ id: "time", label: "Time of a step", unit: "ms", ...seedValues, estimate }],
      tables: [{
        id: "times",
        title: "Times",
        columns: [{ name: "length", label: "length" }, { name: "time", label: "time", unit: "ms" }],
        rows: [[5, 0.5], [10, null]],
      }],
      figures: [{
        kind: "chart",
        id: "time-by-length",
        title: "Time",
        caption: "What is drawn.",
        alt: "What is seen.",
        x: { label: "length", scale: "linear" },
        y: { label: "time", unit: "ms", scale: "log" },
        layers: [{ mark: "line", table: "times", x: "length", y: "time", role: "measured" }],
      }],
    },
    reused: false,
    reason: "no earlier run",
    sha256: "a digest",
    command: "deno task an-experiment",
  }],
  files: { "index.html": "a digest" },
};

Deno.test("resultSchema and manifestSchema accept results and manifests unchanged", () => {
  assertEquals(parseJson(resultSchema, JSON.stringify(result), "result"), result);
  assertEquals(parseJson(manifestSchema, JSON.stringify(manifest), "manifest"), manifest);
});

Deno.test("resultSchema refuses an invalid result, and parseJson() names the first invalid value", () => {
  const cases: [(string | number)[], unknown][] = [
    [["format"], "unroll-result-1"],
    [["experiment", "id"], "An Experiment"],
    [["experiment", "version"], 0],
    [["seeds"], []],
    [["seeds", 1], -1],
    [["backend", "name"], "gpu"],
    [["backend", "adapter", "kind"], "virtual"],
    [["metrics", 0, "estimate", "n"], 0],
    [["metrics", 0, "estimate", "value"], null],
    [["metrics", 0, "estimate", "confidence"], 95],
    [["metrics", 1, "unit"], ""],
    [["tables", 0, "columns"], []],
    [["tables", 0, "rows", 1, 0], true],
    [["figures", 0, "options", "steps"], "8"],
    [["claims", 0, "verdict"], "true"],
    [["claims", 0, "verdict"], "inconclusive"],
    [["claims", 0, "predicts"], 3],
    [["claims", 0, "p"], 1.5],
    [["claims", 0, "influential", 0, "verdict"], "none"],
    [["claims", 0, "influential", 0, "label"], null],
    [["claims", 0, "influential"], undefined],
    [["claims", 0, "frozen", "date"], "yesterday"],
    [["claims", 1, "parts", "base", 1], null],
    [["claims", 1, "statement"], undefined],
    [["claims", 1, "quotation", "line"], 0],
    [["checks", 0, "cases"], 0],
    [["unmeasured", 0, "reason"], ""],
    [["tables", 0, "samples", "statistic"], "median"],
  ];
  for (const [place, to] of cases) {
    assertThrows(
      () => parseJson(resultSchema, changed(result, place, to), "result.json"),
      SyntaxError,
      `result.json does not match its schema at ${place.join(".")}: `,
    );
  }
  assertThrows(
    () => parseJson(resultSchema, changed(result, ["claims", 0, "author"], "me"), "result.json"),
    SyntaxError,
    "result.json does not match its schema at claims.0: it must be without the unknown field author, found {",
  );
  assertThrows(
    () => parseJson(resultSchema, changed(result, ["claims", 0, "predicts", "relation"], "<"), "a"),
    SyntaxError,
    'a does not match its schema at claims.0.predicts.relation: it must be one of above, below, near, found "<"',
  );
  assertThrows(
    () => parseJson(resultSchema, "7", "result.json"),
    SyntaxError,
    "result.json does not match its schema at the top level: ",
  );
});

Deno.test("manifestSchema refuses an invalid manifest, and parseJson() names the first invalid value", () => {
  const cases: [(string | number)[], unknown][] = [
    [["date"], "yesterday"],
    [["commit"], ""],
    [["runs", 0, "seconds"], -1],
    [["runs", 0, "timings", "train"], "1"],
    [["format"], "unroll-manifest-3"],
    [["runs", 0, "machine"], undefined],
    [["runs", 0, "machine", "os"], ""],
    [["runs", 0, "machine", "arch"], undefined],
    [["runs", 0, "machine", "cores"], 0.5],
    [["runs", 0, "machine", "metrics", 0, "estimate", "n"], 0],
    [["runs", 0, "machine", "tables", 0, "columns"], []],
    [["runs", 0, "machine", "figures", 0, "layers"], []],
    [["environment", "cores"], 0],
    [["environment", "packages", "zod"], ""],
  ];
  for (const [place, to] of cases) {
    assertThrows(
      () => parseJson(manifestSchema, changed(manifest, place, to), "manifest.json"),
      SyntaxError,
      `manifest.json does not match its schema at ${place.join(".")}: `,
    );
  }
});

Deno.test("parseJson() refuses JSON that is nested too deep before it validates it", () => {
  const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
  const objects = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const inside = JSON.stringify(result).replace('"nested":{', `"nested":{"deep":${deep},`);
  for (const source of [deep, objects, inside]) {
    assertThrows(
      () => parseJson(resultSchema, source, "a.json"),
      SyntaxError,
      "a.json does not match its schema: it is nested more than 200 deep",
    );
  }
});

Deno.test("parseJson() does not quote long texts, or a text that is not JSON", () => {
  const message = (text: string) =>
    assertThrows(() => parseJson(resultSchema, text, "a.json"), SyntaxError).message;
  const secrets = [
    "root:secret:0",
    '{"secret":secret}',
    '{"a": 1,\n secret',
    '["secret"',
    '"secret',
  ];
  for (const text of secrets) {
    assertMatch(message(text), /^a\.json is not JSON: it (has a mistake|ends too early)/);
    assertNotMatch(message(text), /secret/);
  }
  assertEquals(message('{"a":1,\n 2'), "a.json is not JSON: it has a mistake at line 2 column 2");
  assertEquals(message(""), "a.json is not JSON: it ends too early");
  const long = "x".repeat(1_000_000);
  assert(message(JSON.stringify({ ...result, [long]: 1 })).length < 500);
  const parameters = { [long]: undefined };
  assert(message(JSON.stringify({ ...result, parameters, format: long })).length < 500);
});

Deno.test("parseJson() names a source that is not JSON", () => {
  assertThrows(() => parseJson(resultSchema, "{", "a.json"), SyntaxError, "a.json is not JSON: ");
});

Deno.test("jsonSchema() lists every property, and permits no others", () => {
  for (
    const [schema, sample, title] of [
      [resultSchema, result, "An Unroll result"],
      [manifestSchema, manifest, "An Unroll manifest"],
    ] as const
  ) {
    const published = jsonSchema(schema, title);
    assertEquals(published.$schema, "https://json-schema.org/draft/2020-12/schema");
    assertEquals([published.title, published.type], [title, "object"]);
    assertEquals(published.additionalProperties, false);
    assertEquals(published.required, Object.keys(sample));
    const { properties } = published;
    assert(typeof properties === "object" && properties !== null);
    assertEquals(Object.keys(properties), Object.keys(sample));
    assertEquals(JSON.parse(JSON.stringify(published)), published);
  }
});
