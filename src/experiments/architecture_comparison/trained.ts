import type { Architecture } from "../architectures.ts";
import { MATCHED_RNN } from "./students.ts";
import type { Trained } from "./train.ts";

/** What was measured of the network of an architecture that has the common size and Glorot weights. */
export function trainedOf(
  all: readonly Trained[],
  architecture: Architecture,
): Trained {
  return named(all, architecture);
}

/** What was measured of the RNN with as many parameters as the LSTM. */
export function matchedOf(all: readonly Trained[]): Trained {
  return named(all, MATCHED_RNN);
}

function named(all: readonly Trained[], name: string): Trained {
  const found = all.find(({ student }) => student.name === name);
  if (!found) throw new RangeError(`no ${name} was trained`);
  return found;
}

/** The values of all seeds at a checkpoint. */
export function atCheckpoint(
  values: readonly (readonly number[])[],
  place: number,
): number[] {
  return values.map((own) => own.at(place) ?? NaN);
}

/** One list over another, by seed. */
export function over(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, seed) => value / (b[seed] ?? NaN));
}
