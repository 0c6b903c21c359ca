import { assertEquals, assertRejects, assertStringIncludes, fail } from "@std/assert";
import {
  type BackendDescription,
  type BackendOptions,
  resolveBackend,
  selectBackend,
} from "../../src/core/backend.ts";
import { adapterHelp, type AdapterSource } from "../../src/core/backend_adapter.ts";
import { InputError, MissingError } from "../../src/core/errors.ts";
import { packageVersions } from "../../src/platform/versions.ts";

const { deno = "", "@tensorflow/tfjs": tfjs = "" } = packageVersions();
const versions = { deno, tfjs };

/** A system with one adapter. */
function adapter(description: string, isFallbackAdapter: boolean): AdapterSource {
  const info = { description, vendor: "a vendor", architecture: "", isFallbackAdapter };
  return { requestAdapter: () => Promise.resolve({ info }) };
}

const hardware = adapter("Some GPU", false);
const software = adapter("llvmpipe", true);
const none: AdapterSource = { requestAdapter: () => Promise.resolve(null) };
const untouched: AdapterSource = { requestAdapter: () => fail("the GPU was asked for") };

const cpu: BackendDescription = { name: "cpu", adapter: null, versions };
const wasm: BackendDescription = { name: "wasm", adapter: null, versions };
function webgpu(description: string, kind: "hardware" | "software"): BackendDescription {
  const found = { description, vendor: "a vendor", architecture: "", kind };
  return { name: "webgpu", adapter: found, versions };
}

/** Backends that start or fail as requested, and the order in which they were started. */
function starts(failures: Partial<Record<string, string>> = {}) {
  const started: string[] = [];
  const start: NonNullable<BackendOptions["start"]> = (name) => {
    started.push(name);
    return Promise.resolve(failures[name] ?? null);
  };
  return { start, started };
}

Deno.test("selectBackend() does not request an adapter for cpu and wasm", async () => {
  for (const [request, description] of [["cpu", cpu], ["wasm", wasm]] as const) {
    const { start, started } = starts();
    const selection = await selectBackend(request, { gpu: untouched, start });
    assertEquals(selection, { description, note: null });
    assertEquals(started, [request]);
  }
});

Deno.test('selectBackend("auto") selects webgpu on hardware and wasm otherwise, and says why', async () => {
  const cases = [
    [hardware, webgpu("Some GPU", "hardware"), null],
    [
      software,
      wasm,
      "WASM: the only WebGPU adapter is software, llvmpipe; `--backend webgpu` uses it.",
    ],
    [none, wasm, `WASM: no WebGPU adapter was found. ${adapterHelp(Deno.build.os)}`],
  ] as const;
  for (const [gpu, description, note] of cases) {
    const { start, started } = starts();
    const selection = await selectBackend("auto", { gpu, start });
    assertEquals(selection, { description, note });
    assertEquals(started, [description.name]);
    assertEquals(await resolveBackend("auto", { gpu }), selection);
  }
});

Deno.test('selectBackend("webgpu") accepts any adapter, and its error without one says what to install', async () => {
  for (const [gpu, kind] of [[hardware, "hardware"], [software, "software"]] as const) {
    const { start } = starts();
    const { description, note } = await selectBackend("webgpu", { gpu, start });
    assertEquals([description.name, description.adapter?.kind, note], ["webgpu", kind, null]);
  }
  const { start, started } = starts();
  const error = await assertRejects(
    () => selectBackend("webgpu", { gpu: none, start }),
    MissingError,
    adapterHelp(Deno.build.os),
  );
  assertStringIncludes(error.message, "`--backend wasm`");
  assertEquals(started, []);
});

Deno.test('selectBackend("auto") selects wasm if the GPU does not compute', async () => {
  const { start, started } = starts({ webgpu: "gave a wrong matrix product" });
  const selection = await selectBackend("auto", { gpu: hardware, start });
  assertEquals(selection.description, wasm);
  assertEquals(
    selection.note,
    "WASM: WebGPU (Some GPU) gave a wrong matrix product. Updating the GPU's driver may help.",
  );
  assertEquals(started, ["webgpu", "wasm"]);
});

Deno.test("selectBackend() throws if the backend does not compute, and suggests another one", async () => {
  const failing = { webgpu: "did not start", wasm: "did not start", cpu: "did not start" };
  const cases = [
    ["webgpu", hardware, "WebGPU (Some GPU) did not start. Use `--backend wasm` instead."],
    ["wasm", none, "WASM did not start. Use `--backend cpu` instead."],
    ["auto", software, "WASM did not start. Use `--backend cpu` instead."],
    [
      "auto",
      hardware,
      "WebGPU (Some GPU) did not start, and WASM did not start. Use `--backend cpu` instead.",
    ],
    ["cpu", none, "The cpu backend did not start."],
  ] as const;
  for (const [request, gpu, message] of cases) {
    const { start } = starts(failing);
    const error = await assertRejects(() => selectBackend(request, { gpu, start }), MissingError);
    assertEquals(error.message, message);
  }
});

Deno.test("selectBackend() throws for an unknown backend, and lists the known ones", async () => {
  const request = JSON.parse('"cuda"');
  await assertRejects(
    () => selectBackend(request, { gpu: untouched }),
    InputError,
    'backend must be auto, webgpu, wasm or cpu, found "cuda"',
  );
});

Deno.test("resolveBackend() does not load tfjs", async () => {
  await resolveBackend("auto", { gpu: hardware });
  // tfjs keeps its one engine there; this file starts no real backend.
  assertEquals("_tfengine" in globalThis, false);
});
