import { InputError } from "../../src/core/errors.ts";
import type { Claim, Result, Verdict } from "../../src/result/result.ts";
import { formatEstimate } from "../../src/report/format/estimates.ts";
import { markdownTable } from "../cli/document_blocks.ts";
import { root } from "../cli/project.ts";

const verdicts: readonly Verdict[] = ["supported", "refuted", "equivalent", "undecided"];

/** The number of claims of each experiment by verdict. */
export function tallyBlock(results: readonly Result[]): string {
  const rows = results.filter(({ claims }) => claims.length > 0).map(
    ({ experiment, claims, checks }) => [
      `\`${experiment.id}\``,
      ...verdicts.map((verdict) => claims.filter((claim) => claim.verdict === verdict).length),
      checks.length === 0
        ? "none"
        : `${checks.filter(({ holds }) => holds).length} of ${checks.length}`,
    ],
  );
  return markdownTable(["experiment", ...verdicts, "checks passed"], rows);
}

/**
 * A table of claims with their estimates.
 *
 * @param names `experiment/id`, in order.
 * @throws {InputError} If a name is not a claim of the results.
 */
export function claimsBlock(results: readonly Result[], names: readonly string[]): string {
  let experiment = "";
  const rows = names.flatMap((name) => {
    const [id = "", claimId = ""] = name.split("/");
    const result = results.find((one) => one.experiment.id === id);
    const claim = result?.claims.find((one) => one.id === claimId);
    if (!claim) throw new InputError("a claim in README.md", "one of the report's", name);
    const head = experiment === id ? [] : [[`**\`${id}\`**`, ""]];
    experiment = id;
    return [...head, [findingText(claim), claim.verdict]];
  });
  return markdownTable(["found", "the prediction is"], rows);
}

/** The sentence declared for the verdict, with the estimate in it. */
function findingText({ findings, verdict, estimate, unit, predicts }: Claim): string {
  const { whole } = formatEstimate(estimate, unit, predicts.value);
  return findings[verdict].replaceAll("{estimate}", whole);
}

/**
 * A picture of a figure of a report.
 *
 * @param results The results of the report.
 * @param name `experiment/figure`.
 * @param path The path of the picture from README.md.
 * @returns The picture with the alternative text of the figure.
 * @throws {InputError} If the results have no such figure.
 */
export function pictureBlock(results: readonly Result[], name: string, path: string): string {
  const [id, figureId] = name.split("/");
  const figure = results.find(({ experiment }) => experiment.id === id)?.figures
    .find((one) => one.id === figureId);
  if (!figure) throw new InputError("a picture in README.md", "one of the report's", name);
  return `![${figure.alt}](${path})`;
}

/** A table of the costs of tasks. */
export function costsBlock(costs: readonly Cost[]): string {
  return markdownTable(
    ["what it costs (two shared cores, no GPU)", ""],
    costs.map(({ what, seconds }) => [what, duration(seconds)]),
  );
}

/** Formats a time with two digits: `"14 s"`, `"2.8 min"`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  return seconds < 99.5 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toPrecision(2)} min`;
}

/** The cost of a task. */
export interface Cost {
  /** The task, as a row of the table names it. */
  readonly what: string;
  /** Wall time in seconds. */
  readonly seconds: number;
}

/** The tasks that are timed, in order. A task uses the results that an earlier one has kept. */
const timed: readonly (readonly [what: string, args: readonly string[]])[] = [
  ["`deno task report --profile quick`, WASM", ["report", "--profile", "quick", "--fresh"]],
  ["`deno task report`, standard, WASM", ["report", "--fresh"]],
  ["`deno task report`, nothing changed", ["report"]],
  ["`deno task verify`: every number and file again", ["verify"]],
  ["`deno task verify --intervals`: every interval from its values", ["verify", "--intervals"]],
  ["`deno task test`, with a software WebGPU adapter and a browser", ["test"]],
];

/**
 * Runs tasks and times them.
 *
 * @throws {Error} If one fails.
 */
export async function measureCosts(): Promise<Cost[]> {
  const site = await Deno.makeTempDir();
  const costs: Cost[] = [];
  try {
    for (const [what, args] of timed) {
      const task = args[0] ?? "";
      const where = task === "report" ? ["--out", `${site}/site`] : [];
      const at = task === "verify" ? [`${site}/site`] : [];
      if (args.includes("quick")) where.splice(1, 1, `${site}/quick`);
      console.log(`deno task ${args.join(" ")}`);
      const start = performance.now();
      const command = new Deno.Command(Deno.execPath(), {
        args: ["task", ...args, ...where, ...at],
        cwd: root,
        stdout: "null",
        stderr: "inherit",
      });
      if (!(await command.output()).success) throw new Error(`deno task ${args.join(" ")} failed`);
      const seconds = (performance.now() - start) / 1000;
      console.log(`deno task ${args.join(" ")}: ${duration(seconds)}`);
      costs.push({ what, seconds });
    }
  } finally {
    await Deno.remove(site, { recursive: true });
  }
  return costs;
}
