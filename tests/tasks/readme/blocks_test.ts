import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { experiments } from "../../../src/experiments/registry.ts";
import {
  claimsBlock,
  costsBlock,
  duration,
  pictureBlock,
  tallyBlock,
} from "../../../tasks/readme/blocks.ts";
import { blocksOf } from "../../../tasks/cli/document_blocks.ts";
import { sampleResult } from "../../report/sample_result.ts";
import { runToy } from "../toy_experiment.ts";

Deno.test("claimsBlock() refuses a claim that no result has", () => {
  const error = assertThrows(() => claimsBlock([], ["x/a"]), InputError);
  assertEquals(error.message, 'a claim in README.md must be one of the report\'s, found "x/a"');
});

Deno.test("pictureBlock() takes the alternative text of the figure, and refuses an unknown figure", () => {
  const result = sampleResult();
  const [figure] = result.figures;
  assert(figure);
  const line = pictureBlock([result], `${result.experiment.id}/${figure.id}`, "docs/a.svg");
  assertEquals(line, `![${figure.alt}](docs/a.svg)`);
  const error = assertThrows(() => pictureBlock([result], "x/none", "docs/a.svg"), InputError);
  assertEquals(
    error.message,
    'a picture in README.md must be one of the report\'s, found "x/none"',
  );
});

Deno.test("tallyBlock() counts claims by verdict, and names experiments without checks", async () => {
  const { result } = await runToy(12);
  const lines = tallyBlock([result, { ...result, checks: [] }]).split("\n");
  const count = (verdict: string) => {
    return String(result.claims.filter((claim) => claim.verdict === verdict).length);
  };
  const counts = ["supported", "refuted", "equivalent", "undecided"].map(count);
  const held = result.checks.filter(({ holds }) => holds).length;
  const row = ["`toy`", ...counts].join(" | ");
  assertEquals(lines.slice(2), [
    `| ${row} | ${held} of ${result.checks.length} |`,
    `| ${row} | none |`,
  ]);
});

Deno.test("costsBlock() writes times with two digits", () => {
  assertEquals([0.04, 3.14, 14.2, 99, 168].map(duration), [
    "0.0 s",
    "3.1 s",
    "14 s",
    "99 s",
    "2.8 min",
  ]);
  assertEquals(costsBlock([{ what: "`a`", seconds: 14.2 }]).split("\n").at(-1), "| `a` | 14 s |");
});

Deno.test("README.md shows only declared claims", async () => {
  const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
  const names = blocksOf(readme).flatMap((block) => {
    return /^claims: ([\s\S]*)$/.exec(block)?.[1]?.split(/\s+/) ?? [];
  });
  assert(names.length > 0);
  const declared = experiments.flatMap(({ id, hypotheses }) =>
    Object.keys(hypotheses.claims).map((claim) => `${id}/${claim}`)
  );
  assertEquals(names.filter((name) => !declared.includes(name)), []);
});
