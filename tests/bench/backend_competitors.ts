import type { BackendDescription } from "../../src/core/backend.ts";
import type { Competitor } from "./competitor.ts";
import { ours } from "./ours.ts";
import { readyOn } from "./ready.ts";
import { stock } from "./stock.ts";
import type { Workload } from "./workload.ts";

/** This library and plain tfjs, on each of some backends that have been started. */
export function backendCompetitors(backends: readonly BackendDescription[]): Competitor[] {
  return backends.flatMap((backend) => {
    const { name } = backend;
    const takes = (kind: Competitor["kind"]) => ({ task }: Workload): boolean => {
      // Against a GPU only a GPU is a match.
      if (task === "recurrence") return isDevice(backend);
      return kind === "ours" || task !== "sampling";
    };
    return ([["Unroll", "ours", ours], ["tfjs", "stock", stock]] as const).map(
      ([title, kind, make]): Competitor => ({
        ...{ name: `${title} ${name}`, kind, backend: name, library: null, takes: takes(kind) },
        prepare: ({ workload, drawn }) => readyOn(name, () => make(workload, drawn)),
      }),
    );
  });
}

/** Whether a backend computes on a device of its own, and not on the processor. */
export function isDevice({ adapter }: BackendDescription): boolean {
  return adapter?.kind === "hardware";
}
