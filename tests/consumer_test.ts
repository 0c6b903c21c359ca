import { assertEquals, assertStringIncludes } from "@std/assert";

const program = `
import { eigenvalues, Random, RNN, selectBackend } from "unroll";

await selectBackend("wasm");
const model = new RNN({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
const count: number = model.parameterCount;
const values = await eigenvalues([[0, 1], [-1, 0]]);
console.log(count, values.map(({ im }) => Math.round(im)).join());
`;

Deno.test("another project imports mod.ts from a checkout, and its types hold", async () => {
  const folder = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    const unroll = new URL("../mod.ts", import.meta.url).href;
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports: { unroll } }));
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "--no-prompt", "--allow-read", "--ignore-env", "main.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertStringIncludes(new TextDecoder().decode(stdout), "640 1,-1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
