import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { experiments } from "../../src/experiments/registry.ts";
import type { Page } from "../../src/report/markdown/markdown.ts";
import { PageError } from "../../src/report/markdown/page_error.ts";
import { checkPages, type Pages } from "../../src/report/pages.ts";
import { renderSite } from "../../src/report/site.ts";
import { sampleManifest } from "./sample_manifest.ts";
import { samplePages } from "./sample_pages.ts";
import { sampleResult } from "./sample_result.ts";

const ids = ["vanishing-gradients", "lstm-gates"];
const results = ids.map(sampleResult);
const subjects = results.map(({ experiment: { id }, parameters, claims, unmeasured, checks }) => ({
  id,
  parameters,
  hypotheses: {
    claims: Object.fromEntries([...claims, ...unmeasured].map((claim) => [claim.id, claim])),
    checks: Object.fromEntries(checks.map((check) => [check.id, check])),
  },
}));
const others = [{ id: "text-generation", parameters: {} }];

async function failure(source: string, id = "lstm-gates"): Promise<string> {
  const pages = new Map([[id, `# T\n\n${source}\n`]]);
  return (await assertRejects(() => checkPages(pages, subjects), PageError)).message;
}

Deno.test("checkPages() accepts the pages of the report, and pages with every binding", async () => {
  await checkPages(samplePages(), subjects, others);
  const own = new Map<string, Page>();
  for (const id of ["index", "methods", ...experiments.map((experiment) => experiment.id)]) {
    const path = `reports/${id}.md`;
    own.set(id, { path, source: await Deno.readTextFile(path) });
  }
  await checkPages(own, experiments);
});

/** The headings that can end a page. */
const closing = ["Claims", "Sources"];

Deno.test("reports/ID.md begins with bindings that answer the question, and ends with the limits", async () => {
  for (const { id } of experiments) {
    const source = await Deno.readTextFile(`reports/${id}.md`);
    const [, opening = ""] = source.split(/\n\n+/);
    assertMatch(opening, /\{\{(claim:[\w-]+\.finding|metric:[^}]+)\}\}/, id);
    // The limits are the last part that differs from page to page.
    const headings = [...source.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading ?? "");
    const own = headings.filter((heading) => !closing.includes(heading));
    assertEquals(own.at(-1), "What this does not show", id);
    assertEquals(headings.slice(0, own.length), own, id);
    // A verdict outside a binding would not depend on the results.
    const prose = source.replace(/\{\{[^}]*\}\}|```[^]*?```|`[^`]*`/g, "");
    assertEquals(prose.match(/\b(is|are) (supported|refuted|undecided)\b/g) ?? [], [], id);
  }
});

Deno.test("checkPages() throws a PageError for names that no result can have", async () => {
  const at = "page lstm-gates:3:1: ";
  const cases: [string, string][] = [
    [
      "{{metrik:a}}",
      "{{metrik:a}} is of an unknown kind; the kinds are: metric, claim, check, parameter, run, ref, figure, table, claims, checks, metrics, parameters, data",
    ],
    [
      "{{metric:a.middle}}",
      "{{metric:a.middle}} names no field; there are: value, low, high, interval, n, unit, count",
    ],
    [
      "{{claim:stable.q}}",
      "{{claim:stable.q}} names no field; there are: finding, estimate, verdict, statement, prediction, p, detectable",
    ],
    [
      "{{claim:a}}",
      "{{claim:a}} names no claim; there are: vanishing, stable, lag, same, radius-grows, long-sequences",
    ],
    ["{{check:a}}", "{{check:a}} names no check; there are: bound, linear"],
    [
      "{{claim:vanishing-gradients/a.finding}}",
      "{{claim:vanishing-gradients/a.finding}} names no claim; there are: vanishing, stable",
    ],
    [
      "{{metric:gru/a}}",
      "{{metric:gru/a}} names no experiment; there are: vanishing-gradients, lstm-gates",
    ],
    ["$x = {{claim:stable.finding}}$", "{{claim:stable.finding}} is a link and cannot be in a"],
    [
      "{{parameter:hidden}}",
      "{{parameter:hidden}} names no parameter; there are: hiddenSize",
    ],
    [
      "{{run:speed}}",
      "{{run:speed}} names no part of a run; there are: seeds, backend, adapter, command",
    ],
    ["{{ref:a.b}}", "{{ref:a.b}} has a field, but ref has no fields"],
    ["{{claims:a}}", "{{claims:a}} takes no name"],
    ["{{figure:a}}\n\n{{figure:a}}", "{{figure:a}} is in this page already"],
    ["$\\frac{1}$", "TeX: "],
    ["$x^{{claim:stable}}$", "{{claim:stable}} is a link and cannot be in a formula"],
  ];
  for (const [source, problem] of cases) {
    const found = (await failure(source)).replace(/:5:1: /, ":3:1: ");
    assertEquals(found.slice(0, at.length + problem.length), at + problem);
  }
  assertEquals(
    await failure("{{metric:gru/a}}", "index"),
    "page index:3:1: {{metric:gru/a}} names no experiment; there are: vanishing-gradients, lstm-gates",
  );
  assertStringIncludes(await failure("{{parameter:lstm-gates/x}}", "index"), "names no parameter");
  assertStringIncludes(
    await failure("[a {{ref:lstm-gates/x}}](b)", "index"),
    "cannot be in another",
  );
  // Names that depend on a result are not checked.
  await checkPages(
    new Map([["lstm-gates", "# T\n\n{{metric:unknown}} and {{ref:unknown}}\n"]]),
    subjects,
  );
});

Deno.test("renderSite() and checkPages() refuse pages of unknown ids and values that are not pages", async () => {
  const manifest = sampleManifest(ids);
  // A call without types, as from JavaScript.
  const message = async (pages: unknown) => {
    const early = await assertRejects(
      () => Reflect.apply(checkPages, null, [pages, subjects]),
      InputError,
    );
    const error = await assertRejects(
      () => Reflect.apply(renderSite, null, [{ results, manifest, pages }]),
      InputError,
    );
    assertEquals(early.message, error.message);
    return error.message;
  };
  const known = "index, methods, vanishing-gradients, lstm-gates";
  const page = "# T\n";
  assertEquals(
    await message(new Map([["lstm-gate", page]])),
    `a page's id must be one of ${known}, found "lstm-gate"`,
  );
  assertEquals(
    await message(new Map([["constructor", page]])),
    `a page's id must be one of ${known}, found "constructor"`,
  );
  assertEquals(
    await message({ index: page }),
    'pages must be a Map of pages by experiment, found {"index":"# T\\n"}. ' +
      "Write new Map(Object.entries({ ... })), or new Map() if there are no pages.",
  );
  assertEquals(
    await message(new Map([["index", { path: "a.md", text: page }]])),
    'an option of page index must be one of path, source, found "text"',
  );
  assertEquals(
    await message(new Map([["index", { path: "a.md" }]])),
    "source of page index must be a text, found undefined",
  );
  assertEquals(
    await message(new Map([["index", 5]])),
    "options of page index must be an object such as { path, source }, found 5",
  );
});

Deno.test("renderSite() accepts a page as Markdown alone, and names it by its id in errors", async () => {
  const manifest = sampleManifest(ids);
  const render = (pages: Pages) => renderSite({ results, manifest, pages });
  const source = "# A page\n\nThe radius is {{metric:radius.value}}.\n";
  const alone = await render(new Map([["lstm-gates", source]]));
  assertEquals(alone, await render(new Map([["lstm-gates", { path: "a.md", source }]])));
  assertStringIncludes(alone.get("lstm-gates.html") ?? "", "The radius is 0.61.");
  await assertRejects(
    () => render(new Map([["lstm-gates", "# T\n\n{{metric:none}}\n"]])),
    PageError,
    "page lstm-gates:3:1: {{metric:none}} names no metric",
  );
});

Deno.test("renderSite() returns texts that are unchanged when they are read from files", async () => {
  const [first] = results;
  if (!first) throw new Error("no sample");
  const half = "half an emoji: \ud83d.";
  const table = { id: "half", title: half, columns: [{ name: half, label: half }], rows: [[half]] };
  const site = await renderSite({
    results: [{ ...first, tables: [...first.tables, table] }],
    manifest: sampleManifest(ids),
    pages: new Map([["index", `# ${half}\n`], [first.experiment.id, `# T\n\n{{table:half}}\n`]]),
  });
  for (const [path, text] of site) {
    assertEquals(new TextDecoder().decode(new TextEncoder().encode(text)), text, path);
  }
  assertStringIncludes(site.get("index.html") ?? "", "half an emoji: \ufffd.");
});

Deno.test("renderSite() refuses an unknown option and values that are not results", async () => {
  const manifest = sampleManifest(ids);
  const message = async (input: unknown) =>
    (await assertRejects(() => Reflect.apply(renderSite, null, [input]), InputError)).message;
  const pages = new Map();
  assertEquals(
    await message({ results, manifest, pages, page: pages }),
    'an option of renderSite must be one of results, manifest, pages, absent, found "page". ' +
      "Did you mean pages?",
  );
  assertEquals(
    await message({ results, pages }),
    "manifest must be the manifest of the results, found undefined. manifestOf(results) makes one",
  );
  assertStringIncludes(await message(results), "options of renderSite must be an object");
  assertStringIncludes(
    await message({ results: results[0], manifest, pages }),
    "results must be a list",
  );
});
