import { assert, assertEquals } from "@std/assert";
import { writePackage } from "../tools/npm.ts";
import { findChromium, launch } from "./browser.ts";

/** The losses of each step by backend. */
type Losses = Readonly<Record<"cpu" | "wasm", readonly number[]>>;

/** A module that trains a small LSTM on each backend; any runtime can run it. */
const trainingModule = (unroll: string, data: string) => `
import {
  AdamW, fit, Linear, LSTM, MSELoss, Random, selectBackend, SequenceModel,
} from "${unroll}";
import { addingProblem } from "${data}";

async function lossesOn(backend, steps) {
  await selectBackend(backend);
  const random = new Random(1);
  const recurrent = new LSTM({ inputSize: 2, hiddenSize: 20, random: random.fork("lstm") });
  const head = new Linear({ inFeatures: 20, outFeatures: 1, random: random.fork("head") });
  const model = new SequenceModel({ recurrent, head, readout: "last" });
  const optimizer = new AdamW(model, { learningRate: 0.01, clipGradNorm: 1 });
  const task = addingProblem({ steps: 20 });
  const data = random.fork("data");
  const draw = () => task.draw(16, data);
  const losses = await fit(model, new MSELoss(), optimizer, { steps, draw });
  optimizer.dispose();
  model.dispose();
  return losses.map(([loss]) => loss);
}

export async function train() {
  // On WASM, enough steps at a time for several threads.
  return { cpu: await lossesOn("cpu", 30), wasm: await lossesOn("wasm", 300) };
}
`;

/** A module that prints the losses. */
const mainModule = `
import { train } from "./training.js";
console.log(JSON.stringify(await train()));
`;

/** A module for a page; the test calls its function. */
const pageModule = `
import { train } from "./training.js";
globalThis.train = train;
`;

/** Refuses binaries with relaxed SIMD, as Node 20 does: those that have f32x4.relaxed_madd. */
const plainModule = `
const validate = WebAssembly.validate;
WebAssembly.validate = (bytes) =>
  validate(bytes) && !bytes.some((_, i) => [253, 133, 2].every((byte, k) => bytes[i + k] === byte));
await import("./main.js");
`;

const root = new URL("../", import.meta.url);

const chromium = await findChromium();
const node = await nodeVersion();

Deno.test("fit() gives the same losses in Deno, Node and a browser, bit for bit", async (t) => {
  const folder = `${await Deno.makeTempDir({ prefix: "unroll-runtimes-" })}/`;
  try {
    await Deno.mkdir(`${folder}deno`);
    await Deno.mkdir(`${folder}npm`);
    await writeModules(`${folder}deno/`, `${root}mod.ts`, `${root}src/data.ts`);
    await writeModules(`${folder}npm/`, "@unroll/unroll", "@unroll/unroll/data");
    await install(`${folder}npm/`);
    const wanted = await inDeno(`${folder}deno/main.js`);
    const plain = await inDeno(`${folder}deno/plain.js`);
    assert(wanted.wasm.length === 300 && wanted.wasm.every((loss) => loss > 0));

    await t.step({
      name: node === null ? "Node (skipped: there is no Node)" : `Node ${node}`,
      ignore: node === null,
      async fn() {
        const main = `${folder}npm/main.js`;
        // Before version 21, relaxed SIMD is behind a flag.
        const old = Number(node?.split(".")[0]) < 21;
        assertEquals(losses(await run("node", [main])), old ? plain : wanted);
        if (!old) return;
        const flag = "--experimental-wasm-relaxed-simd";
        assertEquals(losses(await run("node", [flag, main])), wanted);
      },
    });

    await t.step({
      name: chromium === null ? "a browser (skipped: there is no Chromium)" : "Chromium",
      ignore: chromium === null,
      async fn(t) {
        const bundle = ["bundle", "-q", "--platform=browser", "--node-modules-dir=manual"];
        await run(Deno.execPath(), [...bundle, "-o", "bundle.js", "page.js"], `${folder}npm/`);
        const browser = await launch(chromium ?? "");
        try {
          for (const isolated of [true, false]) {
            await t.step(isolated ? "cross-origin isolated" : "not isolated", async () => {
              await using server = serve(`${folder}npm/`, isolated);
              const page = await browser.newPage();
              const errors: string[] = [];
              page.on("pageerror", (error) => errors.push(String(error)));
              await page.goto(`http://127.0.0.1:${server.addr.port}/`);
              assertEquals(await page.evaluate("crossOriginIsolated"), isolated);
              assertEquals(await page.evaluate("train()"), wanted);
              assertEquals(errors, []);
              await page.close();
            });
          }
        } finally {
          await browser.close();
        }
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Writes the modules of the training to a folder. */
async function writeModules(folder: string, unroll: string, data: string): Promise<void> {
  await Deno.writeTextFile(`${folder}training.js`, trainingModule(unroll, data));
  await Deno.writeTextFile(`${folder}main.js`, mainModule);
  await Deno.writeTextFile(`${folder}page.js`, pageModule);
  await Deno.writeTextFile(`${folder}plain.js`, plainModule);
}

/** Installs the npm package of Unroll and its dependencies in a folder. */
async function install(folder: string): Promise<void> {
  const unroll = `${folder}node_modules/@unroll/unroll`;
  await writePackage(unroll);
  const { dependencies } = JSON.parse(await Deno.readTextFile(`${unroll}/package.json`));
  await Deno.writeTextFile(
    `${folder}package.json`,
    JSON.stringify({ type: "module", dependencies }),
  );
  // With the versions of the lock file, Deno takes the packages from its cache.
  await Deno.copyFile(new URL("deno.lock", root), `${folder}deno.lock`);
  await run(Deno.execPath(), ["install", "-q", "--node-modules-dir=auto"], folder);
}

/** Serves a page with the bundle, and beside it the binaries of tfjs. */
function serve(folder: string, isolated: boolean): Deno.HttpServer<Deno.NetAddr> {
  const headers = isolated
    ? {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    }
    : {};
  const types = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    const reply = (type: string, body: BodyInit) =>
      new Response(body, { headers: { ...headers, "content-type": type } });
    if (name === "") return reply(types.html, `<script type="module" src="bundle.js"></script>`);
    if (name === "bundle.js") return reply(types.js, await Deno.readFile(`${folder}${name}`));
    const binaries = `${folder}node_modules/@tensorflow/tfjs-backend-wasm/dist/`;
    if (/^tfjs-backend-wasm[a-z-]*\.wasm$/.test(name)) {
      return reply(types.wasm, await Deno.readFile(`${binaries}${name}`));
    }
    return new Response(null, { status: 404, headers });
  });
}

/** The losses that a module gives in Deno, with the checkout. */
async function inDeno(module: string): Promise<Losses> {
  const map = `--import-map=${new URL(".unroll/import_map.json", root).pathname}`;
  return losses(await run(Deno.execPath(), ["run", "-A", "-q", "--no-lock", map, module]));
}

function losses(output: string): Losses {
  return JSON.parse(output);
}

/** The version of Node; `null` if it is not installed. */
async function nodeVersion(): Promise<string | null> {
  try {
    return (await run("node", ["--version"])).trim().slice(1);
  } catch {
    return null;
  }
}

/** Runs a command; returns its standard output, and throws its standard error if it fails. */
async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
