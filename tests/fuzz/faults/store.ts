import { pathToFileURL } from "node:url";
import { stableStringify } from "../../../src/core/json.ts";
import { Store } from "../../../tasks/report/store.ts";
import { sampleRun } from "../sample_run.ts";
import { withFault } from "./in_process.ts";
import type { Scenario } from "./scenario.ts";

const storeIn = (folder: string) =>
  new Store(pathToFileURL(`${folder}/`), (error) => {
    throw error;
  });
const other = { ...sampleRun, inputs: { ...sampleRun.inputs, lock: "before" } };
const part = { losses: [0.1, 1e-300], text: "é\n" };

/** A run that is kept after some of its parts were kept. */
export const store: Scenario = {
  name: "store",
  async prepare(folder) {
    await storeIn(folder).keep(other);
  },
  work: (folder, fault) =>
    withFault(folder, fault, async () => {
      const kept = storeIn(folder);
      const parts = kept.parts(sampleRun.inputs);
      for (const name of ["seed 1", "seed 2"]) {
        if (await parts.read(name) === undefined) await parts.write(name, part);
      }
      await kept.keep(sampleRun);
    }),
  isKept: (path) => /^parts\/.*(\.json|\/)$/.test(path),
  async isWhole(folder) {
    const kept = storeIn(folder);
    const before = await kept.find(other.inputs);
    if (stableStringify(before.run) !== stableStringify(other)) return "The run of before is lost";
    const { run } = await kept.find(sampleRun.inputs);
    if (run !== null && stableStringify(run) !== stableStringify(sampleRun)) return "Half a run";
    for (const name of ["seed 1", "seed 2"]) {
      const found = await kept.parts(sampleRun.inputs).read(name);
      if (found !== undefined && stableStringify(found) !== stableStringify(part)) {
        return "Half a part";
      }
    }
    return null;
  },
};
