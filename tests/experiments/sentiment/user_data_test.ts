import { assert, assertEquals } from "@std/assert";
import { sentimentSentences } from "../../../src/data/text/sentiment_sentences.ts";
import type { Run } from "../../../src/harness/run.ts";
import { trusted } from "../../../src/report/format/html.ts";
import { loadTexOf, pageOf } from "../../../src/report/pages.ts";
import { experimentPage } from "../../../src/report/page/experiment_page.ts";
import { viewOf } from "../../../src/report/view.ts";
import { readPages } from "../../../tasks/cli/project.ts";
import { draw } from "../../report/figure/drawing.ts";
import { sampleManifest } from "../../report/sample_manifest.ts";
import { rows } from "../rows.ts";
import { fileOf, jsonLines, plainRows, type Row, run } from "./running.ts";

const { texts: sentences } = await sentimentSentences();
const pages = await readPages(["sentiment"]);
await loadTexOf(pages);

/** Takes sentences of all sources in turn, with labels and sources of the user. */
function sentenceRows(count: number, fields: (i: number, label: number) => Row): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const { text = "", label = 0 } = sentences[(i % 3) * 1000 + 7 * i % 1000] ?? {};
    return { text, ...fields(i, label) };
  });
}

/** Runs the experiment with rows of the user. */
function ofRows(list: readonly Row[], set: Record<string, unknown> = {}): Promise<Run> {
  const own = { data: "my.jsonl", sizes: [1000], ...set };
  return run("wasm", own, fileOf(jsonLines(list)));
}

/** Renders the page of a run and draws its figures; all bindings must have values. */
function rendered({ result, machine }: Run): string {
  const manifest = sampleManifest(["sentiment"]);
  const runs = manifest.runs.map((one) => ({ ...one, machine }));
  for (const figure of result.figures) {
    for (const width of [720, 350]) {
      const svg = draw(figure, result.tables, width).outerHTML;
      assert(!/NaN|undefined|Infinity/.test(svg), figure.id);
    }
  }
  const view = viewOf(
    result,
    { ...manifest, runs },
    ({ id }) => trusted(`<svg><!--${id}--></svg>`),
    "",
  );
  return experimentPage(view, pageOf(pages, "sentiment")).body.markup;
}

function unmeasured({ result }: Run): Record<string, string> {
  return Object.fromEntries(result.unmeasured.map(({ id, reason }) => [id, reason]));
}

const lexicon = "The lexicon has words of negative and positive sentiment only.";
const sources = "The texts have a single source, more than ten, or one that is too small.";
const withoutLexicon = {
  ...{ "network-opinion-lexicon": lexicon, "network-afinn": lexicon },
  ...{ "other-source": sources, "lexicon-lstm": lexicon, "lexicon-none": lexicon },
};

Deno.test("sentiment runs with five classes of the user: no lexicons, and a page", async () => {
  const found = await ofRows(
    sentenceRows(75, (i, label) => ({ stars: 1 + (3 * label + i) % 5 })),
    { label: "stars", maxTexts: 1000 },
  );
  assertEquals(unmeasured(found), withoutLexicon);
  assertEquals(rows(found.result, "texts").map(([, name]) => name), ["1", "2", "3", "4", "5"]);
  const models = new Set(rows(found.result, "accuracies").map(([model]) => model));
  assertEquals([...models].filter((model) => /lexicon|AFINN/i.test(String(model))), []);
  assertEquals(rows(found.result, "confusion").length, 2 * 5 * 5);
  assert(rendered(found).includes("not measured"));
});

Deno.test("sentiment runs with classes negative and positive of the user: lexicons are used", async () => {
  const found = await ofRows(
    sentenceRows(66, (i, label) => {
      return { label: ["negative", "positive"][label] ?? "", shop: `shop ${i % 11}` };
    }),
    { source: "shop" },
  );
  assertEquals(unmeasured(found), { "other-source": sources });
  // The accuracy of each of eleven sources, none of which was left out of the training.
  const rowsOfSources = rows(found.result, "sources");
  assertEquals(new Set(rowsOfSources.map(([, , source]) => source)).size, 11);
  assertEquals(
    [...new Set(rowsOfSources.map(([, trained]) => trained))].sort(),
    ["all sources (cross-validation)", "nothing"],
  );
  rendered(found);
});

Deno.test("sentiment runs with more classes than a figure can show", async () => {
  const classes = Array.from({ length: 14 }, (_, c) => `class ${c}`);
  const found = await ofRows(plainRows(60, classes), { maxTexts: 1000 });
  const confusion = rows(found.result, "confusion");
  assertEquals(confusion.length, 2 * 12 * 12);
  // Every text is once in the matrix of each model.
  assertEquals(confusion.reduce((sum, row) => sum + Number(row[3]), 0), 2 * 60);
  assert(rendered(found).includes("Rare classes are counted together"));
});

Deno.test("sentiment shows texts that are neither short nor long, and texts without words", async () => {
  const words = Array.from({ length: 10 }, (_, w) => `word${w}`).join(" ");
  const found = await ofRows(
    Array.from({ length: 60 }, (_, i) => {
      return {
        text: i % 6 === 0 ? "?".repeat(i + 1) : `${words} sign${i % 2} number${i}`,
        label: i % 2,
      };
    }),
  );
  const strips = rows(found.result, "words");
  const shown = new Set(strips.map(([name]) => name));
  assert(shown.size > 0 && [...shown].every((name) => name === "right" || name === "wrong"));
  assertEquals(found.result.checks.every(({ holds }) => holds), true);
  rendered(found);
});

Deno.test("sentiment shows a text once, also if it is short and has a negation", async () => {
  const list = plainRows(60, ["a", "b"]).map(({ text, label }) => ({ text: `not ${text}`, label }));
  const strips = rows((await ofRows(list)).result, "words").filter(([, , , , name]) => {
    return name === "LSTM, attention";
  });
  const shown = new Map<unknown, string>();
  for (const [name, , , , , , word] of strips) shown.set(name, `${shown.get(name) ?? ""} ${word}`);
  const kinds = [...shown.keys()].map((name) => String(name).split(",")[0]);
  assertEquals([...new Set(kinds)], ["short", "negation"]);
  assertEquals(new Set(shown.values()).size, shown.size);
});

Deno.test("sentiment runs with one seed: claims about several seeds are unmeasured", async () => {
  const one = { ...fileOf(jsonLines(plainRows(60, ["a", "b"]))), seeds: [1] };
  const found = await run("wasm", { data: "my.jsonl", sizes: [1000] }, one);
  assertEquals(Object.keys(unmeasured(found)).includes("seeds-adversarial"), true);
  rendered(found);
});
