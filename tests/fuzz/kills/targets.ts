/** Tasks that are killed. */
import { classify, report, train } from "../small_tasks.ts";
import type { Target } from "../target.ts";
import { killTarget } from "./kill_target.ts";

/** Targets of this module. */
export const targets: readonly Target[] = [
  killTarget("report-kills", report),
  killTarget("train-kills", train),
  killTarget("classify-kills", classify),
];
