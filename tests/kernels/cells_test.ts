import { assert, assertEquals } from "@std/assert";
import {
  type BackwardFields,
  type CellOffsets,
  cells,
  type ForwardFields,
  gatesOfInstruction,
} from "../../src/kernels/cells.ts";
import {
  type Command,
  instructions,
  type RecurrentInstruction,
} from "../../src/kernels/instructions.ts";

const scan = { steps: 5, batch: 2, hidden: 3, reverse: 0, gates: 0, weight: 0, h: 0, mask: -1 };
const forward: ForwardFields = { ...scan, output: -1, ldOutput: 3 };
const backward: BackwardFields = { ...scan, dOutput: -1, ldOutput: 3, dH: 0 };
const offsets: CellOffsets = { c: 7, recurrentCandidate: 8, candidateBias: 9, dC: 10 };

function isRecurrent(command: Command): command is Command<RecurrentInstruction> {
  return Object.hasOwn(gatesOfInstruction, command.op);
}

for (const [kind, cell] of Object.entries(cells)) {
  Deno.test(`cells.${kind} builds complete commands of instructions with as many gates`, () => {
    for (const command of [cell.forward(forward, offsets), cell.backward(backward, offsets)]) {
      assert(isRecurrent(command));
      assertEquals(gatesOfInstruction[command.op], cell.gates.length);
      const fields = Object.keys(command).filter((name) => name !== "op");
      assertEquals(fields.sort(), [...instructions[command.op]].sort());
      const values: number[] = Object.values(command).filter((value) => typeof value === "number");
      assertEquals(values.includes(offsets.c), cell.states.includes("c"));
      assertEquals(values.includes(offsets.recurrentCandidate), cell.recurrentCandidate);
    }
  });
}
