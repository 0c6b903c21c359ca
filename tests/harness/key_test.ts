import { assertEquals, assertNotEquals } from "@std/assert";
import { distance, type RunInputs, runKey, whyRun } from "../../src/harness/key.ts";

const inputs: RunInputs = {
  experiment: "x",
  version: 1,
  parameters: { size: 20, gains: [0.5, 1] },
  seeds: [1, 2],
  backend: { name: "wasm", adapter: null, versions: { tfjs: "4" } },
  source: { "src/a.ts": "1", "src/b.ts": "2" },
  files: { "a.txt": "1" },
  lock: "l",
};

const adapter = {
  description: "a GPU",
  vendor: "a vendor",
  architecture: "",
  kind: "hardware",
} as const;

/** Changes of a single input, with the expected reason. */
const changes: readonly (readonly [change: Partial<RunInputs>, reason: string])[] = [
  [{ experiment: "y" }, "the experiment is y, was x"],
  [{ version: 2 }, "the experiment's version is 2, was 1"],
  [{ parameters: { size: 8, gains: [0.5, 1] } }, "parameter size is 8, was 20"],
  [{ parameters: { size: 20, gains: [2] } }, "parameter gains is [2], was [0.5, 1]"],
  [
    { parameters: { size: 20, gains: [0.5, 1], constructor: 3 } },
    "parameter constructor is 3, was undefined",
  ],
  [{ seeds: [1, 2, 3] }, "there are 3 seeds, were 2"],
  [{ seeds: [1, 3] }, "the seeds are [1, 3], were [1, 2]"],
  [{ backend: { ...inputs.backend, name: "cpu" } }, "the backend is cpu, was wasm"],
  [
    { backend: { ...inputs.backend, versions: { tfjs: "5" } } },
    "the wasm backend's adapter or versions changed",
  ],
  [{ backend: { ...inputs.backend, adapter } }, "the wasm backend's adapter or versions changed"],
  [{ source: { "src/a.ts": "1", "src/b.ts": "9" } }, "the source changed (src/b.ts)"],
  [{ source: { "src/a.ts": "1" } }, "the source changed (src/b.ts)"],
  [{ files: { "a.txt": "2" } }, "the file a.txt changed"],
  [{ lock: "m" }, "the packages in deno.lock changed"],
];

Deno.test("runKey() depends on every input, and whyRun() explains each change", () => {
  for (const [change, reason] of changes) {
    const now = { ...inputs, ...change };
    assertNotEquals(runKey(now), runKey(inputs));
    assertEquals(whyRun(inputs, now), reason);
    assertEquals(distance(inputs, now), 1);
  }
});

Deno.test("distance() counts the inputs that differ", () => {
  const text = (value: string) => ({ ...inputs, parameters: { corpus: value } });
  assertEquals(distance(text("a; b"), text("c; d; e")), 1);
  assertEquals(distance(text("a"), { ...text("b; c"), lock: "m" }), 2);
  assertEquals(distance(inputs, inputs), 0);
});

Deno.test("runKey() does not depend on the order of names", () => {
  const parameters = { gains: [0.5, 1], size: 20 };
  assertEquals(runKey({ ...inputs, parameters }), runKey(inputs));
  assertEquals(whyRun(inputs, { ...inputs, parameters }), "nothing changed");
  assertEquals(whyRun(null, inputs), "no earlier run is kept");
});
