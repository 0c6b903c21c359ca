import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { checkFolder, readOptions, usage } from "../../bench/main.ts";
import { GROUPS } from "../../bench/workload.ts";
import { InputError } from "../../src/core/errors.ts";
import { helpText, parseCommandLine } from "../../tasks/cli/command_line.ts";

const read = (...args: readonly string[]) => readOptions(parseCommandLine(args, usage));

Deno.test("readOptions() gives every workload, the Pythons that are found and two seconds by default", () => {
  assertEquals(read(), {
    ...{ only: GROUPS, backends: [], torch: [], jax: [], seconds: 2, json: null },
  });
});

Deno.test("readOptions() keeps the order of the table and every named Python", () => {
  const options = read(
    ...["--only", "flow, tiny", "--backend", "wasm", "--backend=cpu", "--backend", "wasm"],
    ...["--torch", "a", "--torch", "b", "--jax", "c", "--seconds", "0.5", "--json", "x.json"],
  );
  assertEquals(options.only, ["tiny", "flow"]);
  assertEquals(options.backends, ["wasm", "cpu"]);
  assertEquals([options.torch, options.jax], [["a", "b"], ["c"]]);
  assertEquals(options.seconds, 0.5);
  assert(options.json?.endsWith("x.json"));
});

const wrong: readonly (readonly [args: readonly string[], wanted: string])[] = [
  [["--onyl", "tiny"], "flag must be one of --only, --backend, --torch, --jax, --seconds, --json"],
  [["tiny"], "argument must be a flag"],
  [["--only", "tiny,huge"], "--only must be some of tiny, tiny-x10"],
  [["--only"], "--only must be followed by A,B"],
  [["--backend", "auto"], '--backend must be one of webgpu, wasm, cpu, found "auto"'],
  [["--seconds", "0"], "--seconds must be a number from 0.05 to 600, found 0"],
  [["--seconds", "-1"], "--seconds must be a number from 0.05 to 600, found -1"],
  [["--seconds", "soon"], '--seconds must be a number from 0.05 to 600, found "soon"'],
  [["--torch"], "--torch must be followed by PYTHON"],
];

for (const [args, wanted] of wrong) {
  Deno.test(`bench ${args.join(" ")}: ${wanted}`, () => {
    assertThrows(() => read(...args), InputError, wanted);
  });
}

Deno.test("helpText() of bench names every flag and every workload", () => {
  const text = helpText(usage);
  for (const part of [...GROUPS, "--torch PYTHON", "--jax PYTHON", "--json FILE", "Examples:"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("checkFolder() refuses a file in a folder that does not exist", async () => {
  await checkFolder({ json: null });
  await checkFolder(read("--json", "bench.json"));
  const wanted = "--json must be a file in a folder that exists";
  const check = () => checkFolder(read("--json", "nowhere/bench.json"));
  await assertRejects(check, InputError, wanted);
});
