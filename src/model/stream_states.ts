import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Session } from "../kernels/executor.ts";
import type { StreamState } from "../kernels/stream_program.ts";

/** A layer's states between two steps of a stream. */
export interface StreamLayerState {
  /** The hidden state [replica, batch, hidden], flat. */
  readonly h: Float32Array;
  /** An LSTM's cell state, likewise; else `null`. */
  readonly c: Float32Array | null;
}

const names: OptionNames<StreamLayerState> = { h: true, c: true };

/** Reads the states from their places, by layer. */
export async function readStreamStates(
  session: Session,
  places: readonly StreamState[],
): Promise<StreamLayerState[]> {
  return await Promise.all(places.map(async ({ h, c }) => {
    const [hidden, cell] = await Promise.all([session.read(h), c && session.read(c)]);
    return { h: hidden, c: cell };
  }));
}

/**
 * Writes the states to their places.
 *
 * @throws {InputError} On another number of layers, sizes that do not fit, and a cell state too few
 *   or too many; nothing is written then.
 */
export function writeStreamStates(
  session: Session,
  places: readonly StreamState[],
  replicas: number,
  states: readonly StreamLayerState[],
): void {
  if (!Array.isArray(states)) {
    throw new InputError("states", "an array of { h, c } by layer", states, helpFor(states));
  }
  if (states.length !== places.length) {
    throw new InputError("states", `of ${places.length} layers`, states.length);
  }
  states.forEach((state, layer) => checkOptions(`states[${layer}]`, state, names, "field"));
  const parts = places.flatMap((place, layer) =>
    (["h", "c"] as const).map((part) => {
      const [region, values] = [place[part], states[layer]?.[part]];
      const [wanted, found] = [(region?.size ?? 0) * replicas, values?.length ?? 0];
      if (values && !(values instanceof Float32Array)) {
        throw new InputError(`states[${layer}].${part}`, "a Float32Array", values);
      }
      if (found !== wanted) {
        throw new InputError(`states[${layer}].${part}`, `${wanted} numbers`, found);
      }
      return { region, values };
    })
  );
  for (const { region, values } of parts) {
    if (region && values) session.write(region, values);
  }
}
