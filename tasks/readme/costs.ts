import { root } from "../project.ts";

/** What a task costs. */
export interface Cost {
  /** The task, as a row of the table names it. */
  readonly what: string;
  /** Wall time in seconds. */
  readonly seconds: number;
}

/** The tasks that are timed, in order: each finds what the one before has left. */
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
      costs.push({ what, seconds: (performance.now() - start) / 1000 });
    }
  } finally {
    await Deno.remove(site, { recursive: true });
  }
  return costs;
}
