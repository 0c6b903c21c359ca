import { assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { checkMachineIds } from "../../src/result/ids.ts";
import type { MachineRecord } from "../../src/result/result.ts";
import { sampleMachine } from "../report/sample_manifest.ts";
import { sampleResult } from "../report/sample_result.ts";

Deno.test("checkMachineIds() refuses an id that result and machine share within a kind", () => {
  const result = sampleResult();
  const machine = sampleMachine();
  checkMachineIds(result, machine);
  checkMachineIds(result, { ...machine, metrics: [{ ...first(machine.metrics), id: "decay" }] });
  const cases: readonly (readonly [kind: string, id: string, machine: MachineRecord])[] = [
    ["metric", "radius", { ...machine, metrics: [{ ...first(machine.metrics), id: "radius" }] }],
    ["table", "decay", { ...machine, tables: [{ ...first(machine.tables), id: "decay" }] }],
    ["figure", "accuracy", {
      ...machine,
      figures: [{ ...first(machine.figures), id: "accuracy" }],
    }],
  ];
  for (const [kind, id, machine] of cases) {
    assertThrows(
      () => checkMachineIds(result, machine),
      InputError,
      `${kind} id must be in the result or in the record of the machine, not in both, found "${id}"`,
    );
  }
});

function first<T>([entry]: readonly T[]): T {
  if (entry === undefined) throw new Error("there is none");
  return entry;
}
