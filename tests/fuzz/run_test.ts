import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { FuzzOptions } from "./options.ts";
import { fuzz, type FuzzReport } from "./run.ts";
import { runTarget } from "./run_target.ts";
import type { TrialKind } from "./target.ts";
import type { TargetInfo } from "./targets.ts";

function planted(name: string, kind: TrialKind = "inputs"): TargetInfo {
  return { name, kind, what: "", share: 1, time: 1, module: "./planted.ts" };
}

/** Runs targets, and returns the lines that are shown. */
async function run(
  targets: readonly TargetInfo[],
  more: Partial<FuzzOptions> = {},
): Promise<{ readonly report: FuzzReport; readonly lines: readonly string[] }> {
  const options = { seed: 1, seconds: null, inputs: 2000, kills: 1, failures: 1, path: null };
  const lines: string[] = [];
  const display = { line: (text: string) => lines.push(text), update: () => {}, clear: () => {} };
  return { report: await fuzz({ ...options, ...more, targets }, display), lines };
}

/** Runs a target again with the command in the lines of a failure. */
async function again(target: TargetInfo, lines: readonly string[]) {
  const command = lines.find((line) => line.includes("again: "));
  const [, name, seed, path] =
    /again: deno task fuzz --only (\S+) --seed (\d+) --path (\S+)$/.exec(command ?? "") ?? [];
  assertEquals(name, target.name);
  assert(path);
  return await run([target], { seed: Number(seed), path });
}

const inputsOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith("  input: "));

for (
  const [name, input, message] of [
    ["sum", /^ {2}input: \[(1000|\d+,\d+)\]$/, "1000 is too much"],
    ["polluter", /^ {2}input: \["__proto__",""\]$/, "A prototype that all objects share has a new"],
    ["null-parser", /^ {2}input: "\S{1,12}"$/, "TypeError: Cannot read properties of"],
  ] as const
) {
  Deno.test(`fuzz() finds the fault of ${name}, with its smallest input, and runs it again`, async () => {
    const { report, lines } = await run([planted(name)]);
    assertEquals([report.passed, report.failed], [0, 1]);
    assertMatch(lines[0] ?? "", new RegExp(`^✗ ${name}: \\d+ inputs, \\d+ accepted, [\\d.]+ s$`));
    assertStringIncludes(lines.join("\n"), message);
    assertMatch(inputsOf(lines).join("\n"), input);
    const repeated = await again(planted(name), lines);
    assertEquals([repeated.report.failed, repeated.report.trials], [1, 1]);
    assertEquals(inputsOf(repeated.lines), inputsOf(lines));
  });
}

Deno.test("fuzz() collects failures of different causes, and accepts documented errors", async () => {
  const { lines } = await run([planted("two-faults")], { failures: 5 });
  const said = lines.join("\n");
  assertEquals(inputsOf(lines).length, 2);
  for (const text of ["RangeError: it is large", "TypeError: it is small"]) {
    assertStringIncludes(said, text);
  }
});

Deno.test("fuzz() tries the same inputs for the same seed, also beside other targets", async () => {
  const [sum, two] = [planted("sum"), planted("two-faults")];
  const alone = await run([sum]);
  const beside = await run([two, sum]);
  assertEquals(
    inputsOf(alone.lines),
    inputsOf(beside.lines).filter((line) => inputsOf(alone.lines).includes(line)),
  );
});

Deno.test("runTarget() ends a process that hangs, and returns its input", async () => {
  const options = { seed: 1, count: 500, seconds: 100, path: null, failures: 1, patience: 5 };
  const found = await runTarget(planted("hang"), { ...options, onProgress: () => {} });
  const [failure] = found.failures;
  assertEquals(failure?.input, "17");
  assertStringIncludes(failure?.message ?? "", "It hangs");
});

Deno.test("runTarget() survives a process that crashes, and its trial crashes again", async () => {
  const { lines } = await run([planted("crash")]);
  assertEquals(inputsOf(lines), ["  input: 23"]);
  assertStringIncludes(lines.join("\n"), "Its process ended by exit code 9");
  const repeated = await again(planted("crash"), lines);
  assertEquals(inputsOf(repeated.lines), ["  input: 23"]);
});

Deno.test("fuzz() finds a writer that is not atomic and one that leaves drafts, and accepts an atomic one", async () => {
  const direct = await run([planted("direct-writer", "faults")]);
  assertMatch(inputsOf(direct.lines)[0] ?? "", /operation 1, writeTextFile a: /);
  const repeated = await again(planted("direct-writer", "faults"), direct.lines);
  assertEquals(inputsOf(repeated.lines), inputsOf(direct.lines));
  const leaking = await run([planted("leaking-writer", "faults")]);
  assertStringIncludes(leaking.lines.join("\n"), "is left over");
  const atomic = await run([planted("atomic-writer", "faults")]);
  assertEquals([atomic.report.failed, atomic.report.trials], [0, 6]);
});
