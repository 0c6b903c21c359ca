/** Work whose file operations fail: a site, the store, a model's folder, and whole tasks. */
import type { Target } from "../target.ts";
import { modelFolder } from "./model_folder.ts";
import { classifyProcess, reportProcess, trainProcess } from "./processes.ts";
import { faultTarget } from "./scenario.ts";
import { siteFolder } from "./site_folder.ts";
import { store } from "./store.ts";

/** Targets of this module. */
export const targets: readonly Target[] = [
  siteFolder,
  store,
  modelFolder,
  reportProcess,
  trainProcess,
  classifyProcess,
]
  .map(faultTarget);
