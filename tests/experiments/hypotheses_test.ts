import { assert, assertEquals } from "@std/assert";
import type { Hypothesis } from "../../src/result/result.ts";
import { experiments } from "../../src/experiments/registry.ts";
import { frozenWords, git, hypothesesAt, hypothesesFiles, lastFreeze } from "../../tasks/freeze.ts";

const root = new URL("../../", import.meta.url);

/** Every hypothesis of the registered experiments, by `experiment/id`. */
const all: readonly (readonly [string, Hypothesis])[] = experiments.flatMap(({ id, hypotheses }) =>
  Object.entries(hypotheses.claims).map(([claim, hypothesis]) =>
    [`${id}/${claim}`, hypothesis] as const
  )
);

Deno.test("hypotheses quote their files exactly, with the right line", async () => {
  let quotations = 0;
  for (const [name, { quotation }] of all) {
    if (quotation === undefined) continue;
    const lines = (await Deno.readTextFile(new URL(quotation.file, root))).split("\n");
    const line = lines[quotation.line - 1] ?? "";
    assert(line.includes(quotation.text), `${name}: line ${quotation.line} of ${quotation.file}`);
    quotations += 1;
  }
  assert(quotations > 0);
});

Deno.test("hypotheses have quotation marks only around quotations of files", () => {
  for (const [name, { statement, measure, source, quotation }] of all) {
    for (
      const [, words = ""] of `${statement} ${measure} ${source}`.matchAll(/[“"]([^”"]+)[”"]/g)
    ) {
      assert(quotation?.text.includes(words), `${name} quotes ${words}`);
    }
  }
});

Deno.test("hypotheses on shares leave room for the opposite of their prediction", () => {
  for (const [name, { predicts, statistic }] of all) {
    if (statistic !== "share") continue;
    const { value, smallestEffect, relation } = predicts;
    assert(relation !== "above" || value + smallestEffect < 1, name);
    assert(relation !== "below" || value - smallestEffect > 0, name);
  }
});

Deno.test("hypotheses agree with the commit that they name", async () => {
  const files = await hypothesesFiles();
  assertEquals(files.length > 0, true);
  // A shallow checkout has no history to compare with.
  if ((await git("rev-parse", "--is-shallow-repository"))?.trim() !== "false") return;
  for (const path of files) {
    const now = await hypothesesAt("HEAD", path);
    for (const [id, hypothesis] of Object.entries(now ?? {})) {
      const { commit } = lastFreeze(hypothesis);
      assert(commit !== null, `${path}: ${id} names no commit: run \`deno task freeze\``);
      const then = (await hypothesesAt(commit, path))?.[id];
      const help = `${path}: ${id} was changed after ${commit}: add a revision that says why`;
      assert(then !== undefined && frozenWords(then) === frozenWords(hypothesis), help);
    }
  }
});

Deno.test("hypotheses of the working tree agree with their last commit or have a revision", async () => {
  for (const path of await hypothesesFiles()) {
    const then = await hypothesesAt("HEAD", path);
    const now = JSON.parse(await Deno.readTextFile(new URL(path, root)));
    for (const [id, before] of Object.entries(then ?? {})) {
      const after: Hypothesis | undefined = now.claims[id];
      if (after === undefined || frozenWords(after) === frozenWords(before)) continue;
      const help = `${path}: ${id} differs from the last commit: add a revision that says why`;
      assert(after.revisions.length > before.revisions.length, help);
    }
  }
});
