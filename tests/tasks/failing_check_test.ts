import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProjectCopy } from "./project_copy.ts";

/** The source of an experiment with a check that fails and a check that holds. */
const experiment = `
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";

const check = (statement: string) => ({
  statement,
  ...{ source: "arithmetic", measure: "difference", limit: 1e-6, reason: "rounding" },
});

export const broken: Experiment = defineExperiment({
  ...{ id: "broken", title: "A broken instrument", question: "Does it hold?", version: 1 },
  parameters: {},
  hypotheses: { claims: {}, checks: { sum: check("1 + 1 is 2."), product: check("2 * 2 is 4.") } },
  run(context) {
    context.check("sum", { cases: 1, worst: 0.25 });
    context.check("product", { cases: 1, worst: 0 });
  },
});
`;

const registry = `
import type { Experiment } from "../harness/experiment.ts";
import { broken } from "./broken/experiment.ts";

export const experiments: readonly Experiment[] = [broken];
`;

Deno.test("report with a failing check writes the site and exits with 1", async () => {
  await using project = await ProjectCopy.make();
  const write = (path: string, text: string) =>
    Deno.writeTextFile(`${project.folder}/${path}`, text);
  await Deno.mkdir(`${project.folder}/src/experiments/broken`);
  await write("src/experiments/broken/experiment.ts", experiment);
  await write("src/experiments/registry.ts", registry);
  await write("reports/methods.md", "# Methods\n");
  const { code, out, err } = await project.task("report", "--seeds", "1", "--backend", "cpu");
  assertEquals(code, 1, err);
  assertMatch(
    out,
    /✗ a check of the program failed\n {6}largest value 0\.25, limit 1.*\n {6}1 \+ 1 is 2\./,
  );
  assertStringIncludes(out, "; 1 of 2 checks of the");
  const site = await project.read("reports/site");
  for (const page of ["index.html", "broken.html"]) {
    assertMatch(site.get(page) ?? "", /role="alert">[^]*A check of the program failed/, page);
  }
  const verified = await project.task("verify");
  assertEquals(verified.code, 0, verified.err);
});
