import { assert, assertEquals } from "@std/assert";
import { writePackage } from "../tools/npm.ts";
import { findChromium, launch } from "./browser.ts";
import { assertClose, tolerance } from "./tolerance.ts";

/** The losses of each step by backend, and the claim of an experiment. */
interface Found {
  readonly cpu: readonly number[];
  readonly wasm: readonly number[];
  /** Whether TensorFlow.js is loaded. */
  readonly loaded: boolean;
  /** The losses on WASM with TensorFlow.js. */
  readonly tensors: readonly number[];
  readonly verdict: string;
  /** The numbers of the claim in float64. */
  readonly numbers: readonly number[];
}

/**
 * A module that trains a small LSTM on each backend and runs an experiment; any runtime can run it.
 */
const trainingModule = (unroll: string, door: (name: string) => string) => `
import {
  AdamW, fit, Linear, LSTM, MSELoss, Random, selectBackend, SequenceModel,
} from "${unroll}";
import { addingProblem } from "${door("data")}";
import { defineExperiment, runExperiment } from "${door("experiments")}";

async function lossesOn(backend, steps, options) {
  await selectBackend(backend, options);
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

/** Runs an experiment with a claim; returns the verdict and the numbers. */
async function claim() {
  const sentence = "The mean is {estimate}.";
  const findings = { supported: sentence, refuted: sentence, equivalent: sentence };
  const experiment = defineExperiment({
    id: "draws",
    title: "Draws",
    question: "Are draws positive?",
    version: 1,
    parameters: {},
    hypotheses: {
      claims: {
        positive: {
          statement: "The draw is positive on average.",
          source: "a test",
          measure: "the draw",
          statistic: "mean",
          predicts: { relation: "above", value: 0, smallestEffect: 0.1, reason: "a convention" },
          family: "draws",
          findings: { ...findings, undecided: sentence },
          frozen: { date: "2026-11-27", commit: null },
          revisions: [],
        },
      },
      checks: {},
    },
    async run(context) {
      const values = await context.each("draws", context.seeds, (seed) =>
        context.random(seed).normal(1));
      context.claim("positive", { values });
    },
  });
  const { description: backend } = await selectBackend("cpu");
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);
  const { result } = await runExperiment(experiment, { parameters: {}, seeds, backend });
  const [{ verdict, values, estimate, p, adjustedP, detectable }] = result.claims;
  const { value, low, high } = estimate;
  return { verdict, numbers: [...values, value, low, high, p, adjustedP, detectable] };
}

export async function train() {
  // On WASM, enough steps at a time for several threads.
  const losses = { cpu: await lossesOn("cpu", 30), wasm: await lossesOn("wasm", 300) };
  const found = await claim();
  const loaded = "_tfengine" in globalThis;
  const tensors = await lossesOn("wasm", 300, { tensors: true });
  return { ...losses, ...found, loaded, tensors };
}
`;

/** A module that prints the results. */
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

Deno.test("fit() gives the same losses in Deno, Node and a browser, and runExperiment() the same claim", async (t) => {
  const folder = `${await Deno.makeTempDir({ prefix: "unroll-runtimes-" })}/`;
  try {
    await Deno.mkdir(`${folder}deno`);
    await Deno.mkdir(`${folder}npm`);
    await writeModules(`${folder}deno/`, `${root}mod.ts`, (name) => `${root}src/${name}.ts`);
    await writeModules(`${folder}npm/`, "@unroll/unroll", (name) => `@unroll/unroll/${name}`);
    await install(`${folder}npm/`);
    const wanted = await inDeno(`${folder}deno/main.js`);
    const plain = await inDeno(`${folder}deno/plain.js`);
    assertEquals(wanted.verdict, "supported");
    assert(wanted.wasm.length === 300 && wanted.wasm.every((loss) => loss > 0));
    assertEquals([wanted.loaded, wanted.tensors], [false, wanted.wasm]);

    await t.step({
      name: node === null ? "Node (skipped: there is no Node)" : `Node ${node}`,
      ignore: node === null,
      async fn() {
        const main = `${folder}npm/main.js`;
        // Before version 21, relaxed SIMD is behind a flag.
        const old = Number(node?.split(".")[0]) < 21;
        assertSame(parse(await run("node", [main])), old ? plain : wanted);
        if (!old) return;
        const flag = "--experimental-wasm-relaxed-simd";
        assertSame(parse(await run("node", [flag, main])), wanted);
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
              assertSame(await page.evaluate("train()"), wanted);
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

/**
 * Fails unless losses and verdict are the same. Engines round functions such as `Math.log`
 * differently, so numbers in float64 may differ in their last digits.
 */
function assertSame(found: Found, wanted: Found): void {
  const { numbers, ...rest } = found;
  const { numbers: wantedNumbers, ...wantedRest } = wanted;
  assertEquals(rest, wantedRest);
  assertEquals(numbers.length, wantedNumbers.length);
  for (const [i, number] of wantedNumbers.entries()) {
    assertClose([numbers[i] ?? NaN], [number], tolerance.rounding);
  }
}

/** Writes the modules of the training to a folder. */
async function writeModules(
  folder: string,
  unroll: string,
  door: (name: string) => string,
): Promise<void> {
  await Deno.writeTextFile(`${folder}training.js`, trainingModule(unroll, door));
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

/** Serves a page with the bundle, and beside it the binaries of tfjs, which tensors need. */
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

/** The results of a module in Deno, with the checkout. */
async function inDeno(module: string): Promise<Found> {
  const map = `--import-map=${new URL(".unroll/import_map.json", root).pathname}`;
  return parse(await run(Deno.execPath(), ["run", "-A", "-q", "--no-lock", map, module]));
}

function parse(output: string): Found {
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
