import { HYPER } from "./hyper.ts";
import type { Command } from "./instructions.ts";
import { Layout, type Program, type Region } from "./program.ts";

/** How many steps' losses, norms and hyperparameters the arena remembers. */
export const RING = 1024;

/** Where parameters are trained: what every program has that updates some. */
export interface UpdatePlaces {
  /** All parameters, one behind the other. */
  readonly parameters: Region;
  /** Their gradients, in the same order. */
  readonly gradients: Region;
  /** Adam's first moments, in the same order. */
  readonly m: Region;
  /** Adam's second moments, in the same order. */
  readonly v: Region;
  /** Rows of hyperparameters, {@link RING} of them. */
  readonly hyper: Region;
  /** Losses, as many. */
  readonly losses: Region;
  /** Norms of the gradient before clipping, as many. */
  readonly norms: Region;
}

/** Room for `count` parameters of a network and for what trains them. */
export function layoutUpdate(layout: Layout, count: number): UpdatePlaces {
  return {
    parameters: layout.add(count),
    gradients: layout.add(count),
    m: layout.add(count),
    v: layout.add(count),
    hyper: layout.add(RING * HYPER.length),
    losses: layout.add(RING),
    norms: layout.add(RING),
  };
}

/** The command that updates all parameters from their gradients. */
export function update(places: UpdatePlaces): Command {
  const { parameters, gradients, m, v, hyper, norms } = places;
  return {
    op: "adam",
    count: parameters.size,
    parameters: parameters.offset,
    gradients: gradients.offset,
    m: m.offset,
    v: v.offset,
    hyper: hyper.offset,
    norm: norms.offset,
  };
}

/** A program that does no more than update `count` parameters, by its routine `step`. */
export function updateProgram(count: number): { program: Program; places: UpdatePlaces } {
  const layout = new Layout();
  const places = layoutUpdate(layout, count);
  return { program: { size: layout.size, routines: { step: [update(places)] } }, places };
}
