import { assertEquals } from "@std/assert";

const executor = new URL("../../../src/kernels/wasm/executor.ts", import.meta.url);
const map = new URL("../../../.unroll/import_map.json", import.meta.url);

const program = `
import { wasmExecutor } from "${executor}";
const executor = wasmExecutor({ threads: 2, share: "commands" });
await executor.warm();
const clear = { op: "clear", count: 4096, to: 0 };
const session = executor.start({ size: 4096, routines: { clear: [clear] } }, 1);
session.run("clear", 100);
console.log(executor.threads);
`;

Deno.test("startWorkers() needs only read permission, and the process can end", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const args = ["--quiet", "--no-lock", "--no-check", "--no-prompt", "--allow-read"];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...args, "--ignore-env", `--import-map=${map.pathname}`, file],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(
      [code, new TextDecoder().decode(stdout)],
      [0, "2\n"],
      new TextDecoder().decode(stderr),
    );
  } finally {
    await Deno.remove(file);
  }
});
