/**
 * Runs the trials of one target in a separate process, so that a hang, a crash or too much memory
 * ends only this process. Standard output has the path of each trial before the trial begins, and
 * in the last line the findings as JSON. With `show` as the last argument, it prints the input of a
 * trial instead.
 *
 * @module
 */
import type { Target } from "./target.ts";

const [
  module = "",
  name = "",
  seed = "",
  count = "",
  seconds = "",
  failures = "",
  path = "",
  show = "",
] = Deno.args;
// Targets may write to the console, but standard output is a protocol.
console.log = console.info = () => {};
const write = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const { targets }: { readonly targets: readonly Target[] } = await import(module);
const target = targets.find((one) => one.name === name);
if (target === undefined) throw new Error(`${module} has no target ${name}`);
write("ready");
if (show !== "") {
  write(JSON.stringify({ input: await target.show(Number(seed), path) }));
  Deno.exit(0);
}
const findings = await target.run({
  seed: Number(seed),
  count: Number(count),
  seconds: Number(seconds),
  failures: Number(failures),
  path: path === "" ? null : path,
  onTrial: write,
});
write(JSON.stringify(findings));
Deno.exit(0);
