import { createHash } from "node:crypto";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { manifestSchema, resultSchema } from "../../src/result/result_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { renderSite, type SiteInput } from "../../src/report/site.ts";
import { parseHtml, parseSvg } from "./dom.ts";
import { hostile, hostileManifest, hostileResult } from "./hostile.ts";
import { sampleMachine, sampleManifest } from "./sample_manifest.ts";
import { samplePages } from "./sample_pages.ts";
import { sampleResult } from "./sample_result.ts";

/** The allowed links to other sites: those in the text, and DOIs of sources. */
const elsewhere = /^https:\/\/(example\.org\/paper$|doi\.org\/)/;

const ids = ["vanishing-gradients", "lstm-gates"];
const input: SiteInput = {
  results: ids.map(sampleResult),
  manifest: sampleManifest(ids),
  pages: samplePages(),
  absent: ["text-generation"],
};
const site = await renderSite(input);
const hostileSite = await renderSite({
  results: [hostileResult()],
  manifest: hostileManifest("vanishing-gradients"),
  pages: new Map(),
});

function pages(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].filter(([path]) => path.endsWith(".html"));
}

Deno.test("renderSite() has pages, data, figures, schemas and files of the machine", () => {
  const own = ids.flatMap((id) => [
    `${id}.html`,
    `data/${id}.json`,
    ...["decay", "eigenvalues", "accuracy", "radius-by-size"].flatMap((
      t,
    ) => [`data/${id}/${t}.csv`, `data/${id}/${t}.json`]),
    `data/${id}/radius-by-size.seeds.csv`,
    ...["vanishing", "stable", "lag", "same", "radius-grows"].map((c) => `claims/${id}/${c}.csv`),
    ...["half-life", "radius"].map((m) => `metrics/${id}/${m}.csv`),
    ...["unfolding", "gradient-decay", "eigenvalues", "accuracy"].map((f) =>
      `figures/${id}/${f}.svg`
    ),
    ...["times.csv", "times.json", "time-by-length.svg", "step-time.metric.csv"].map((name) =>
      `machine/${id}/${name}`
    ),
  ]);
  const shared = ["manifest", "schema/result.schema", "schema/manifest.schema"].map((n) =>
    `data/${n}.json`
  );
  const single = ["index.html", "claims/index.csv"];
  assertEquals([...site.keys()].sort(), [...single, ...shared, ...own].sort());
});

Deno.test("renderSite() is deterministic, and another manifest changes only pages and the manifest", async () => {
  assertEquals(await renderSite(input), site);
  const later = await renderSite({
    ...input,
    manifest: { ...input.manifest, date: "2027-01-01T00:00:00Z" },
  });
  const changed = [...later].filter(([path, text]) => site.get(path) !== text).map(([path]) =>
    path
  );
  assertEquals(changed.filter((path) => !path.endsWith(".html")), ["data/manifest.json"]);
});

Deno.test("renderSite() changes only pages, the manifest and machine/ for another run", async () => {
  const machine = sampleMachine();
  const tables = machine.tables.map((table) => ({ ...table, rows: table.rows.slice(0, 4) }));
  const [first, ...others] = input.manifest.runs;
  assert(first);
  const runs = [{ ...first, machine: { ...machine, tables } }, ...others];
  const again = await renderSite({ ...input, manifest: { ...input.manifest, runs } });
  const changed = [...again].filter(([path, text]) => site.get(path) !== text).map(([path]) =>
    path
  );
  assertEquals(changed.sort(), [
    "data/manifest.json",
    "machine/vanishing-gradients/time-by-length.svg",
    "machine/vanishing-gradients/times.csv",
    "machine/vanishing-gradients/times.json",
    "vanishing-gradients.html",
  ]);
});

Deno.test("renderSite() links a page of methods from all pages", async () => {
  const methods = "# How it was *done*\n\n{{metric:lstm-gates/radius}}\n\n{{tally}}\n";
  const more = await renderSite({
    ...input,
    pages: new Map([...input.pages, ["methods", methods]]),
  });
  assertEquals([...more.keys()].filter((path) => !site.has(path)), ["methods.html"]);
  for (const [path, text] of pages(more)) {
    const last = (await parseHtml(text)).querySelector("nav li:last-child a");
    assertEquals(last?.getAttribute("href"), "methods.html", path);
    assertEquals(last?.textContent, "How it was done");
  }
});

Deno.test("renderSite() writes data that can be parsed, and JSON Schema", () => {
  assertEquals(
    parseJson(resultSchema, site.get("data/lstm-gates.json") ?? "", "r"),
    input.results[1],
  );
  assertEquals(
    { ...parseJson(manifestSchema, site.get("data/manifest.json") ?? "", "m"), files: {} },
    input.manifest,
  );
  const schema = JSON.parse(site.get("data/schema/result.schema.json") ?? "");
  assertEquals(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
});

Deno.test("renderSite() links only existing files and ids", async () => {
  const documents = new Map<string, Document>();
  for (const [path, text] of pages(site)) documents.set(path, await parseHtml(text));
  for (const [path, document] of documents) {
    for (const link of document.querySelectorAll("[href]")) {
      const href = link.getAttribute("href") ?? "";
      if (elsewhere.test(href)) continue;
      const [file = "", id] = href.split("#");
      const target = file === "" ? path : file;
      assert(site.has(target), `${path} links to ${href}`);
      if (id !== undefined) assert(documents.get(target)?.getElementById(id), `${path}: ${href}`);
    }
  }
});

Deno.test("renderSite() writes pages without scripts, requests, style attributes or second styles", async () => {
  const loading = "script, img, link, iframe, object, embed, form, base, input, image, use";
  for (const [, text] of [...pages(site), ...pages(hostileSite)]) {
    assertNotMatch(text, /<script/i);
    const document = await parseHtml(text);
    assertEquals(document.querySelectorAll(loading).length, 0);
    assertEquals(document.querySelectorAll("style").length, 1);
    const names = [...document.querySelectorAll("*")]
      .flatMap((entry) => [...entry.attributes].map((attribute) => attribute.name));
    assertEquals(names.filter((name) => /^(style|src|srcset|on.*)$/i.test(name)), []);
    const addresses = (text.match(/[a-z]+:\/\/[^\s"'<]+/g) ?? [])
      .filter((address) => !address.startsWith("http://www.w3.org/"));
    assertEquals(addresses.filter((address) => !elsewhere.test(address)), []);
  }
});

Deno.test("renderSite() writes the hash of the style into the policy", () => {
  for (const [, text] of pages(site)) {
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    assertStringIncludes(
      text,
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; img-src &#39;self&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
  }
});

/** Replaces curly quotation marks by straight ones. */
function straight(text: string): string {
  return text.replace(/[\u201c\u201d]/g, '"').replace(/[\u2018\u2019]/g, "'");
}

Deno.test("renderSite() escapes hostile text from every source", async () => {
  for (const [path, text] of pages(hostileSite)) {
    const document = await parseHtml(text);
    assertEquals(document.querySelectorAll("script, img").length, 0, path);
    assertStringIncludes(straight(document.body.textContent ?? ""), hostile);
  }
  const page = await parseHtml(hostileSite.get("vanishing-gradients.html") ?? "");
  const places = [
    "title",
    "h1",
    "nav",
    "figcaption",
    ".note",
    "caption, th",
    "td",
    "dd",
    ".question",
    "svg text",
    "footer",
  ];
  for (const place of places) {
    const texts = [...page.querySelectorAll(place)].map((entry) => entry.textContent ?? "");
    assert(
      texts.some((entry) => straight(entry).includes(hostile.slice(0, 12))),
      `${place} has no hostile text`,
    );
  }
  assertEquals(page.querySelector("svg")?.getAttribute("aria-label"), hostile);
  for (const [path, text] of hostileSite) {
    if (path.endsWith(".svg")) {
      assertEquals((await parseSvg(text)).querySelectorAll("script, img").length, 0);
    }
  }
});

Deno.test("renderSite() writes valid pages: language, one h1, headings by level, unique ids, the current page", async () => {
  for (const [path, text] of [...pages(site), ...pages(hostileSite)]) {
    const document = await parseHtml(text);
    assertEquals(document.documentElement.lang, "en");
    const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((h) =>
      Number(h.tagName[1])
    );
    assertEquals(levels.filter((level) => level === 1).length, 1);
    levels.forEach((level, i) => assert(i === 0 ? level === 1 : level <= (levels[i - 1] ?? 0) + 1));
    const all = [...document.querySelectorAll("[id]")].map((entry) => entry.id);
    assertEquals(all.filter((id, i) => all.indexOf(id) !== i), []);
    const names = [...document.querySelectorAll('[role="region"], [role="group"]')]
      .map((region) => region.getAttribute("aria-label"));
    assertEquals(names.length, new Set(names).size);
    assertEquals(document.querySelector("[aria-current]")?.getAttribute("href"), path);
    assertEquals(document.querySelector(".skip")?.getAttribute("href"), "#content");
  }
});

Deno.test("renderSite() throws an InputError for results that do not belong together", async () => {
  const manifest = sampleManifest(["index"]);
  const pages = new Map();
  await assertRejects(
    () => renderSite({ results: [sampleResult("index")], manifest, pages }),
    InputError,
    'experiment id must be a name other than index, methods, manifest, schema, found "index"',
  );
  const twice = [sampleResult("a"), sampleResult("a")];
  await assertRejects(() => renderSite({ results: twice, manifest, pages }), InputError, "unique");
  const error = await assertRejects(
    () => renderSite({ results: [sampleResult("a")], manifest, pages }),
    InputError,
  );
  assertMatch(error.message, /the manifest's runs must be one for each result \(a\)/);
  const { metrics } = sampleResult();
  const { runs, ...rest } = sampleManifest(["a"]);
  const alike = runs.map((run) => ({ ...run, machine: { ...run.machine, metrics } }));
  await assertRejects(
    () => renderSite({ results: [sampleResult("a")], manifest: { ...rest, runs: alike }, pages }),
    InputError,
    'metric id must be in the result or in the record of the machine, not in both, found "half-life"',
  );
});

Deno.test("renderSite() throws an InputError with help for a run and for a missing manifest", async () => {
  // A call without types, as from JavaScript.
  const message = async (given: unknown) => {
    const error = await assertRejects(async () => {
      await Reflect.apply(renderSite, null, [given]);
    }, InputError);
    return error.message.replace(/found \{.*?\.\.\./, "found {...");
  };
  const results = [sampleResult("a")];
  const manifest = sampleManifest(["a"]);
  const run = { result: results[0], timings: {}, machine: sampleMachine() };
  assertEquals(
    await message({ results: [run], manifest, pages: new Map() }),
    "results[0] must be the result of an experiment, found {.... " +
      "Give its result: const { result } = await runExperiment(...)",
  );
  assertEquals(
    await message({ results: run, manifest, pages: new Map() }),
    "results must be a list, found {.... Give its result: const { result } = await runExperiment(...)",
  );
  for (const missing of [undefined, null]) {
    assertEquals(
      await message({ results, manifest: missing, pages: new Map() }),
      `manifest must be the manifest of the results, found ${missing}. manifestOf(results) makes one`,
    );
  }
});
