import type { Context } from "./parameters.ts";

/** The networks that are compared, in order. */
export const networkNames = ["untrained", "trained"] as const;

/** How weights are drawn, with what tables call it. The first one is the notebook's. */
export const weightKinds = [
  ["joint", "the notebook's"],
  ["separate", "each matrix by itself"],
] as const;

/** One of the ways to draw weights. */
export type WeightKind = (typeof weightKinds)[number][0];

/** What alternatives of a claim call the other way to draw weights. */
export const SEPARATE = "each matrix initialised by itself";

/** The sequences that they are traced on, with what tables and, shortly, panels call them. */
export const sequenceKinds = [
  ["patterns", "notebook's sequences", "notebook"],
  ["task", "adding problem", "adding"],
] as const;

/** The steps of a sequence, from 1. */
export function stepsOf({ parameters }: Context): number[] {
  return Array.from({ length: parameters.length }, (_, t) => t + 1);
}

/** The axis of the steps of a sequence. */
export const time = { label: "time t", unit: "steps", scale: "linear" } as const;

/** The column of the steps of a sequence. */
export const timeColumn = { name: "time", label: time.label, unit: time.unit } as const;
