/** Pages of Markdown with bindings, and whole sites of unusual pages and results. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import type { Check, Claim, Estimate, Metric, Result } from "../../../src/result/result.ts";
import { UnboundError } from "../../../src/report/markdown/binding.ts";
import { trusted } from "../../../src/report/format/html.ts";
import { manifestOf } from "../../../src/report/manifest.ts";
import { renderMarkdown } from "../../../src/report/markdown/markdown.ts";
import { PageError } from "../../../src/report/markdown/page_error.ts";
import type { Bindings } from "../../../src/report/markdown/rendering.ts";
import { renderSite } from "../../../src/report/site.ts";
import { verdicts } from "../../../src/report/claims/verdicts.ts";
import { sampleResult } from "../../report/sample_result.ts";
import { editedText, finiteNumber, oddText } from "../generators.ts";
import { checkMarkup, checkNumbers } from "../markup.ts";
import { inputTarget, type Target } from "../target.ts";
import { loadTex } from "../../../src/report/markdown/tex.ts";

await loadTex(["$"]);

/** Lines that a page may have. */
const right: readonly string[] = [
  ...["It is {{metric:radius}}.", "{{claim:stable}} and {{claim:stable.estimate}}", "{{data}}"],
  ...["{{claim:stable.finding}} {{check:bound}}", "{{claim:left-out.finding}}", "{{checks}}"],
  ...["({{claim:stable.p}}, {{check:bound.worst}})", "{{claim:stable.prediction}}"],
  ...["{{claims}}", "{{metrics}}", "{{parameters}}", "{{table:decay}}", "{{run:seeds}}"],
  ...[
    "{{parameter:cell}}",
    "{{metric:radius.low}}",
    "{{claim:stable.statement}}",
    "{{run:command}}",
  ],
  ...["$x^2$ and $\\frac{a}{b}$", "$$\\sum_i x_i$$", "It costs \\$5 and \\$6."],
  ...["## A heading", "### Another", "- a list", "  - in a list", "1. one", "> quoted", "", ""],
  ...["| a | b |\n| --- | --- |\n| 1 | {{metric:radius}} |", "```\ncode\n```", "    code", "---"],
  ...["[a link](https://example.org/paper)", "*a **b** _c_*", "<b>bold</b>", "&lt;b&gt;", "a\\\nb"],
  ...["[a](javascript:alert(1))", "[x]: javascript:alert(1)", "[x]", "<https://example.org/paper>"],
  ...["[a](data:text/html,x)", "![i](i.png)", "`a`", "~~gone~~", "<script>alert(1)</script>"],
];

/** Lines that a page may not have. */
const wrong: readonly string[] = [
  ...[
    "{{metric:nothing}}",
    "$5 and $6",
    "[{{claim:stable}}](x)",
    "`{{metric:radius}}`",
    "{{",
    "}}",
  ],
  ...[
    "$\\text{{{metric:radius}}}$",
    "$\\href{javascript:x}{a}$",
    "\\{{x}}",
    "$",
    "# Title",
    "#### Deep",
  ],
  ...["{{figure:nothing}}", "{{metric:radius.nothing}}", "{{toString}}", "{{metric:constructor}}"],
];

const line = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom(...right) },
  { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  { weight: 3, arbitrary: oddText },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom("> ", "- ", "1. ", "*", "[", "`", "$", "{{", "("),
      fc.nat(150),
    )
      .map(([piece, times]) => piece.repeat(times)),
  },
);

const plain = fc.array(line, { maxLength: 8 })
  .map((lines) => ["# Title", "", ...lines.flatMap((line) => [line, ""])].join("\n"));
const source = fc.oneof({ weight: 3, arbitrary: plain }, {
  weight: 1,
  arbitrary: editedText(plain),
});

/** A page of the whole report, whose bindings begin with an experiment. */
const indexSource = plain.map((text) =>
  text.replace(/\{\{(metric|claim|check|table|parameter):/g, "{{$1:x/")
    .replace(/\{\{(run:\w+|data|metrics|parameters)\}\}/g, "{{findings}}")
    .replaceAll("{{checks}}", "{{tally}}")
    .replaceAll("{{claims}}", "{{experiments}}")
);

const bindings: Bindings = {
  blockKinds: ["figure", "table", "claims", "checks", "metrics", "parameters", "data"],
  inline(binding) {
    if (binding.target === "nothing") throw new UnboundError(`${binding.text} names nothing`);
    return trusted("<code>0.93</code>");
  },
  block: () => trusted("<figure></figure>"),
};

const markdown = inputTarget({
  name: "markdown",
  inputs: source,
  errors: [PageError],
  read: (source) => renderMarkdown({ path: "reports/a.md", source }, bindings),
  check({ title, titleText, body }) {
    for (const { markup } of [title, body]) checkMarkup(markup, "html");
    assert(!/<[a-z]/i.test(titleText.markup), "a title as text has elements");
  },
});

const estimate: fc.Arbitrary<Estimate> = fc.record({
  value: finiteNumber,
  low: fc.option(finiteNumber),
  high: fc.option(finiteNumber),
  n: fc.integer({ min: 1, max: 1e6 }),
  confidence: fc.constantFrom(0.95, 0.5, 1e-9, 1 - 2 ** -53),
  method: fc.constant("mean"),
});

const text = oddText.filter((text) => text !== "");
const label = fc.oneof(text, finiteNumber);
const statistic = fc.constantFrom(...["mean", "geometric-mean", "share"] as const);
const metric: fc.Arbitrary<Metric> = fc.record({
  ...{ id: fc.constant("radius"), label: text, statistic, estimate },
  labels: fc.array(label, { minLength: 1, maxLength: 3 }),
  values: fc.array(finiteNumber, { minLength: 1, maxLength: 3 }),
  unit: fc.option(text, { nil: undefined }),
}).map(({ unit, ...rest }) => ({ ...rest, ...(unit === undefined ? {} : { unit }) }));

const p = fc.option(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(5e-324)));
const verdict = fc.constantFrom(...verdicts);
const day = fc.constantFrom("2026-01-02", "2026-12-31");
const freeze = { date: day, commit: fc.option(text) };
const claim: fc.Arbitrary<Claim> = fc.record({
  ...{ id: fc.constant("stable"), statement: text, source: text, measure: text, family: text },
  ...{ statistic, estimate, verdict, unadjustedVerdict: verdict, search: text, unit: text },
  ...{ p, adjustedP: p, equivalenceP: p, adjustedEquivalenceP: p, signedRankP: p },
  ...{ outsideP: p, adjustedOutsideP: p, priorResult: text },
  quotation: fc.record({ text, file: text, line: fc.integer({ min: 1, max: 1e6 }) }),
  predicts: fc.record({
    relation: fc.constantFrom(...["above", "below", "near"] as const),
    value: finiteNumber,
    smallestEffect: finiteNumber.map((value) => Math.abs(value) || 1),
    reason: text,
  }),
  findings: fc.record({
    supported: fc.constant("{estimate} {estimate}"),
    ...{ refuted: text, equivalent: text, undecided: text },
  }),
  frozen: fc.record(freeze),
  revisions: fc.array(fc.record({ ...freeze, what: text, why: text }), { maxLength: 2 }),
  labels: fc.array(label, { minLength: 1, maxLength: 3 }),
  values: fc.array(finiteNumber, { minLength: 1, maxLength: 3 }),
  parts: fc.dictionary(text, fc.array(finiteNumber, { maxLength: 3 }), { maxKeys: 2 }),
  ...{ agreeing: estimate, detectable: fc.option(finiteNumber), overlap: fc.constant(0.25) },
  alternatives: fc.array(
    fc.record({ name: text, values: fc.array(finiteNumber, { minLength: 1 }), estimate, verdict }),
    { maxLength: 2 },
  ),
  influential: fc.array(fc.record({ label, verdict }), { maxLength: 7 }),
});

const check: fc.Arbitrary<Check> = fc.record({
  ...{ id: fc.constant("bound"), statement: text, source: text, measure: text, reason: text },
  ...{ limit: finiteNumber, worst: finiteNumber, cases: fc.integer({ min: 1 }) },
  holds: fc.boolean(),
});
const unmeasured = fc.record({ id: fc.constant("left-out"), statement: text, reason: text });

const sample = sampleResult();
const cell = fc.oneof(text, finiteNumber, fc.constant(null));
const result: fc.Arbitrary<Result> = fc.record({
  id: fc.constantFrom("x", "x", "x", "index", "constructor"),
  ...{ title: text, question: text, metric, claim, check, unmeasured },
  rows: fc.array(fc.tuple(cell, cell), { maxLength: 4 }),
  parameters: fc.dictionary(text, fc.oneof(text, finiteNumber), { maxKeys: 3 }),
}).map(({ id, title, question, metric, claim, check, unmeasured, rows, parameters }) => ({
  ...sample,
  experiment: { id, title, question, version: 1 },
  parameters: { cell: "rnn", ...parameters },
  metrics: [metric],
  claims: [claim],
  checks: [check],
  unmeasured: [unmeasured],
  tables: [{
    ...{ id: "decay", title, rows },
    columns: [{ name: "a", label: title }, { name: "b", label: question }],
    samples: {
      ...{ statistic: "mean", labels: claim.labels },
      values: rows.map(() => claim.labels.map(() => null)),
    },
  }],
  figures: sample.figures.filter(({ kind }) => kind === "drawing"),
}));

const pages = inputTarget({
  name: "pages",
  inputs: fc.record({
    result,
    page: source,
    index: fc.oneof(indexSource, fc.constant("# Report\n")),
  }),
  errors: [PageError, InputError, SyntaxError],
  read: ({ result, page, index }) =>
    renderSite({
      results: [result],
      manifest: manifestOf([result], { date: new Date(0) }),
      pages: new Map([
        [result.experiment.id, { path: "reports/page.md", source: page }],
        ["index", { path: "reports/index.md", source: index }],
      ]),
    }),
  async check(site, { result }) {
    for (const [path, text] of site) {
      if (path.endsWith(".html")) checkMarkup(text, "html");
      if (path.endsWith(".svg")) checkMarkup(text, "svg");
      if (/\.(html|svg)$/.test(path)) checkNumbers(text);
      if (path.endsWith(".json")) JSON.parse(text);
      assert(/^[a-z0-9-]+(\/[a-z0-9-]+)*(\.[a-z]+)+$/.test(path), `a path ${path}`);
    }
    // The same results must also make a site without pages.
    const bare = await renderSite({
      ...{ results: [result], manifest: manifestOf([result]), pages: new Map() },
    });
    const data = (files: ReadonlyMap<string, string>) =>
      [...files].filter(([path]) => path.startsWith("data/") && !path.includes("manifest"));
    assertEquals(data(bare), data(site));
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [markdown, pages];
