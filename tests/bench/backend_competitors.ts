import type { BackendDescription } from "../../src/core/backend.ts";
import { type Competitor, onBackend } from "./competitor.ts";
import { ours } from "./ours.ts";
import { stock } from "./stock.ts";
import type { Workload } from "./workload.ts";

/** This library and plain tfjs, on each of some backends that have been started. */
export function backendCompetitors(backends: readonly BackendDescription[]): Competitor[] {
  return backends.flatMap((backend) => {
    const { name } = backend;
    // Against a GPU only a GPU is a match.
    const takes = ({ task }: Workload): boolean => task !== "recurrence" || isDevice(backend);
    return [
      onBackend({ name: `Unroll ${name}`, kind: "ours" }, name, takes, ({ workload, drawn }) => {
        return ours(workload, drawn);
      }),
      onBackend({ name: `tfjs ${name}`, kind: "stock" }, name, takes, ({ workload, drawn }) => {
        return stock(workload, drawn);
      }),
    ];
  });
}

/** Whether a backend computes on a device of its own, and not on the processor. */
export function isDevice({ adapter }: BackendDescription): boolean {
  return adapter?.kind === "hardware";
}
