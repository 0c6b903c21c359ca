import type { Command } from "./instructions.ts";
import type { NetworkLoss, NetworkSize, NetworkSpec } from "./network.ts";
import { backward, lossCommand } from "./network_backward.ts";
import { carry, forward } from "./network_forward.ts";
import { layoutNetwork, type NetworkLayout } from "./network_layout.ts";
import type { Program } from "./program.ts";
import { update } from "./update_program.ts";

/** A network's program with its layout. */
export interface NetworkProgram {
  /**
   * Routines `begin` and `goOn`, each from the batch in its slot to updated parameters with nothing
   * between for the host to do: `begin` from states of 0, `goOn` from the last states of the batch
   * before.
   */
  readonly program: Program;
  /** Where what lies. */
  readonly places: NetworkLayout;
}

/** Builds the program that trains a network on batches of one size. */
export function networkProgram(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: NetworkSize,
): NetworkProgram {
  const places = layoutNetwork(spec, loss, size);
  const goOn = [
    ...loads(places),
    ...forward(spec, size, places),
    lossCommand(spec, loss, size, places),
    ...backward(spec, size, places),
    update(places),
    ...carry(spec, size, places),
  ];
  const begin = [
    ...places.initialStates.map(({ offset: to, size: count }): Command => {
      return { op: "clear", count, to };
    }),
    ...goOn,
  ];
  return { program: { size: places.size, routines: { begin, goOn } }, places };
}

/** Brings the batch of the step to its place. */
function loads({ x, target, mask }: NetworkLayout): Command[] {
  return [x, target, mask].filter(({ now }) => now.size > 0).map(({ all, now }) => {
    const { offset: from } = all;
    return { op: "load", count: now.size, from, stride: now.size, to: now.offset };
  });
}
