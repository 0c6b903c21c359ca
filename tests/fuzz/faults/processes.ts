import type { Scenario } from "./scenario.ts";
export const reportProcess: Scenario = {
  name: "report-process",
  prepare: async () => {},
  work: async () => ({ end: "done", operations: [], wrong: null }),
};
export const trainProcess: Scenario = { ...reportProcess, name: "train-process" };
