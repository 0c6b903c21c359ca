import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Result } from "../../../src/result/result.ts";
import { type RunInputs, runKey } from "../../../src/harness/key.ts";
import { filesBelow } from "../../../tasks/cli/files.ts";
import { stoppedText } from "../../../tasks/report/runs.ts";
import { EARLIER_STAY, PARTS_KEPT } from "../../../tasks/cli/stop.ts";
import { Store, type StoredRun } from "../../../tasks/report/store.ts";

const inputs: RunInputs = {
  experiment: "x",
  version: 1,
  parameters: { size: 20 },
  seeds: [1],
  backend: { name: "cpu", adapter: null, versions: { deno: "2" } },
  source: { "src/a.ts": "1" },
  files: {},
  lock: "l",
};

const result: Result = {
  format: "unroll-result-2",
  experiment: { id: "x", title: "X", question: "X?", version: 1 },
  parameters: inputs.parameters,
  seeds: inputs.seeds,
  backend: inputs.backend,
  metrics: [],
  tables: [],
  figures: [],
  claims: [],
  unmeasured: [],
  checks: [],
};

const run: StoredRun = {
  inputs,
  date: "2026-01-02T03:04:05.000Z",
  seconds: 1.5,
  timings: { all: 1.5 },
  machine: {
    os: "linux",
    arch: "x86_64",
    cores: 2,
    metrics: [],
    tables: [{ id: "times", title: "T", columns: [{ name: "s", label: "s" }], rows: [[0.25]] }],
    figures: [],
  },
  reason: "no earlier run is kept",
  result,
};

async function withFolder(use: (folder: URL) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "unroll-" });
  try {
    await use(pathToFileURL(`${path}/`));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function withStore(use: (store: Store, folder: URL) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const failures: unknown[] = [];
    await use(new Store(folder, (error) => failures.push(error)), folder);
    assertEquals(failures, []);
  });
}

Deno.test("Store.find() finds a run only by its inputs", () =>
  withStore(async (store) => {
    assertEquals(await store.find(inputs), { run: null, reason: "no earlier run is kept" });
    await store.keep(run);
    assertEquals(await store.find(inputs), { run });
    assertEquals(await store.find({ ...inputs, lock: "m" }), {
      run: null,
      reason: "the packages in deno.lock changed",
    });
  }));

Deno.test("Store.find() explains a missing run by the most similar earlier run", () =>
  withStore(async (store) => {
    await store.keep(run);
    const far = { ...inputs, parameters: { size: 3 }, lock: "other", version: 7 };
    await store.keep({ ...run, inputs: far });
    const found = await store.find({ ...inputs, parameters: { size: 21 } });
    assertEquals(found, { run: null, reason: "parameter size is 21, was 20" });
  }));

Deno.test("Store.find() ignores a damaged run and says how it is damaged", async (t) => {
  const damages:
    readonly (readonly [name: string, damage: (text: string) => string, reason: string])[] = [
      ["cut short", (text) => text.slice(0, 50), "is not JSON"],
      ["empty", () => "", "is not JSON"],
      ["of another schema", () => "{}", "does not match its schema"],
      [
        "of a version without a record of the machine",
        (text) => JSON.stringify({ ...JSON.parse(text), machine: undefined }),
        "does not match its schema at machine",
      ],
      [
        "with another digit",
        (text) => text.replace('"seconds":1.5', '"seconds":1.6'),
        "its digest differs",
      ],
    ];
  for (const [name, damage, reason] of damages) {
    await t.step(name, () =>
      withStore(async (store, folder) => {
        await store.keep(run);
        const [file = ""] = await filesBelow(folder);
        const path = new URL(file, folder);
        await Deno.writeTextFile(path, damage(await Deno.readTextFile(path)));
        const found = await store.find(inputs);
        assertEquals(found.run, null);
        assertStringIncludes("reason" in found ? found.reason : "", "the kept result is damaged");
        assertStringIncludes("reason" in found ? found.reason : "", reason);
      }));
  }
});

Deno.test("stoppedText() says what the same command does next, with and without --fresh", () =>
  withStore(async (store) => {
    const other = { ...inputs, seeds: [1, 2] };
    const text = (fresh: boolean) => stoppedText(store, [other, inputs], fresh);
    assertEquals([await text(false), await text(true)], [PARTS_KEPT, PARTS_KEPT]);
    await store.keep(run);
    assertEquals([await text(false), await text(true)], [PARTS_KEPT, EARLIER_STAY]);
    assertEquals(await stoppedText(store, [other], true), PARTS_KEPT);
  }));

Deno.test("Store.parts() keeps parts until the run is kept, and ignores a damaged one", () =>
  withStore(async (store, folder) => {
    const parts = store.parts(inputs);
    assertEquals(await parts.read("seed 1"), undefined);
    await parts.write("seed 1", { loss: [0.1, 1e-300] });
    await parts.write("seed 2", 2);
    assertEquals(await parts.read("seed 1"), { loss: [0.1, 1e-300] });
    assertEquals(await store.parts({ ...inputs, lock: "m" }).read("seed 1"), undefined);
    for (const file of await filesBelow(folder)) {
      const path = new URL(file, folder);
      await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("0.1", "0.2"));
    }
    assertEquals(await parts.read("seed 1"), undefined);
    assertEquals(await parts.read("seed 2"), 2);
    await store.keep(run);
    assertEquals(await parts.read("seed 2"), undefined);
  }));

Deno.test("Store.keep() removes the oldest of many runs", () =>
  withStore(async (store, folder) => {
    for (let size = 1; size <= 25; size++) {
      await store.keep({ ...run, inputs: { ...inputs, parameters: { size } } });
    }
    assertEquals((await filesBelow(folder)).length, 20);
  }));

Deno.test("Store.keep() does not read a draft of a killed call as a run, and removes it when it is old", () =>
  withStore(async (store, folder) => {
    for (let size = 1; size <= 20; size++) {
      await store.keep({ ...run, inputs: { ...inputs, parameters: { size } } });
    }
    const [file = ""] = await filesBelow(folder);
    await Deno.mkdir(new URL("drafts/", folder), { recursive: true });
    const longAgo = new Date(Date.now() - 60 * 60 * 1000);
    // Earlier versions wrote drafts beside the runs.
    for (const draft of ["drafts/old.draft", "drafts/new.draft", `${file}.123.draft`]) {
      await Deno.copyFile(new URL(file, folder), new URL(draft, folder));
      if (!draft.includes("new")) await Deno.utime(new URL(draft, folder), longAgo, longAgo);
    }
    await store.keep({ ...run, inputs: { ...inputs, parameters: { size: 20 }, lock: "m" } });
    const left = await filesBelow(folder);
    assertEquals(left.filter((name) => name.endsWith(".json")).length, 20);
    assertEquals(left.filter((name) => !name.endsWith(".json")), ["drafts/new.draft"]);
  }));

Deno.test("Store.ofKey() returns only the run of the key", () =>
  withStore(async (store) => {
    const key = runKey(inputs);
    assertEquals(await store.ofKey("x", key), null);
    await store.keep(run);
    assertEquals(await store.ofKey("x", key), run);
    assertEquals(await store.ofKey("x", `${key.slice(0, 32)}${"0".repeat(32)}`), null);
    assertEquals(await store.ofKey("y", key), null);
  }));

Deno.test({
  name: "Store treats a pipe in the place of a run or a part as a damaged file, without waiting",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withStore(async (store, folder) => {
      await store.keep(run);
      const parts = store.parts(inputs);
      await parts.write("seed 1", 1);
      for (const name of await filesBelow(folder)) {
        const path = fileURLToPath(new URL(name, folder));
        await Deno.remove(path);
        assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
      }
      const found = await store.find(inputs);
      assertStringIncludes("reason" in found ? found.reason : "", 'found "a pipe"');
      assertEquals(await parts.read("seed 1"), undefined);
      const other = await store.find({ ...inputs, lock: "m" });
      assertEquals(other, { run: null, reason: "no earlier run is kept" });
      await parts.write("seed 1", 1);
      assertEquals(await parts.read("seed 1"), 1);
      await store.keep(run);
      assertEquals(await store.find(inputs), { run });
    }),
});

Deno.test("Store.removeLeftovers() removes old parts of a kept run and old drafts, and no new ones", () =>
  withStore(async (store, folder) => {
    await store.keep(run);
    await store.parts(inputs).write("seed 1", 1);
    const draft = new URL("drafts/a.draft", folder);
    await Deno.writeTextFile(draft, "half");
    const before = await filesBelow(folder);
    await store.removeLeftovers(inputs);
    assertEquals(await filesBelow(folder), before);
    const hourAgo = new Date(Date.now() - 60 * 60 * 1000);
    const parts = new URL(
      "./",
      new URL(before.find((path) => path.startsWith("parts/")) ?? "", folder),
    );
    for (const path of [draft, parts]) await Deno.utime(path, hourAgo, hourAgo);
    await store.removeLeftovers(inputs);
    assertEquals(await filesBelow(folder), before.filter((path) => path.startsWith("runs/")));
    assertEquals(await store.find(inputs), { run });
  }));

Deno.test("Store reports once that it cannot be written, and then keeps and reads no parts", async (t) => {
  const blocked = (name: string, work: (store: Store) => Promise<void>) =>
    withFolder(async (folder) => {
      const failures: unknown[] = [];
      await new Store(folder, (error) => failures.push(error)).parts(inputs).write("a", 1);
      assertEquals(failures, []);
      const place = new URL(name, folder);
      await Deno.remove(place, { recursive: true }).catch(() => {});
      await Deno.writeTextFile(place, "where a folder must be");
      const store = new Store(folder, (error) => failures.push(error));
      await work(store);
      assertEquals(failures.length, 1);
      const parts = store.parts(inputs);
      await parts.write("b", 2);
      await store.keep(run);
      await store.forgetParts(inputs);
      assertEquals([await parts.read("a"), await parts.read("b")], [undefined, undefined]);
      assertEquals([await store.canKeep(), failures.length], [false, 1]);
      assertEquals(await Deno.readTextFile(place), "where a folder must be");
    });
  await t.step("before anything is written", () =>
    blocked("drafts", async (store) => {
      assertEquals(await store.canKeep(), false);
      assertEquals(await store.find(inputs), { run: null, reason: "no earlier run is kept" });
    }));
  await t.step("when the first part is written", () =>
    blocked("parts", async (store) => {
      assertEquals(await store.canKeep(), true);
      await store.parts(inputs).write("a", 1);
    }));
  await t.step("when a run is kept", () => blocked("runs", (store) => store.keep(run)));
});
