import { assertEquals, assertStringIncludes } from "@std/assert";

const program = `
import { Random, RNN, selectBackend } from "unroll";
import { eigenvalues } from "unroll/analysis.ts";
import { type Estimate, estimate } from "unroll/statistics.ts";

await selectBackend("wasm");
const model = new RNN({ inputSize: 10, hiddenSize: 20, random: new Random(1) });
const count: number = model.parameterCount;
const values = await eigenvalues([[0, 1], [-1, 0]]);
const { n }: Estimate = estimate([1, 2, 3]);
console.log(count, values.map(({ im }) => Math.round(im)).join(), n);
`;

Deno.test("another project type-checks and runs with the entry points of a checkout", async () => {
  const folder = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    const imports = {
      "unroll": new URL("../mod.ts", import.meta.url).href,
      "unroll/": new URL("../src/", import.meta.url).href,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "--no-prompt", "--allow-read", "--ignore-env", "main.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertStringIncludes(new TextDecoder().decode(stdout), "640 1,-1 3");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
