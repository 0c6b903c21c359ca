import { assertEquals } from "@std/assert";

Deno.test("workers need no permission, and let the process end", async () => {
  const folder = new URL("../../../src/kernels/", import.meta.url);
  const script = `
    import { wasmExecutor } from "${new URL("wasm/executor.ts", folder)}";
    const executor = wasmExecutor({ threads: 2, share: "commands" });
    await executor.warm();
    const size = 4096;
    const clear = { op: "clear", count: size, to: 0 };
    const session = executor.start({ size, routines: { clear: [clear] } }, 1);
    session.run("clear", 100);
    console.log(executor.threads);`;
  const map = new URL("../../../.unroll/import_map.json", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-check", "--no-prompt", `--import-map=${map}`, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn().output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals({ code, out, err }, { code: 0, out: "2\n", err: "" });
  void script;
});
