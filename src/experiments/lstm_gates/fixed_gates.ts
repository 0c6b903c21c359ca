import { InputError } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import type { StateDict } from "../../model/parameters/state_dict.ts";
import type { GateName } from "./measure.ts";

/** Where each gate's rows are among those of an LSTM's weights: input, forget, candidate, output. */
const places: Readonly<Record<GateName, number>> = { input: 0, forget: 1, output: 3 };
const GATES = 4;

/** The float32 numbers next to 0 and 1. */
const CLOSED = 2 ** -126;
const OPEN = 1 - 2 ** -24;

/**
 * The weights of networks in which one gate has a fixed value in each unit, whatever the input: its
 * rows of both matrices are 0, and its bias is the inverse sigmoid of the value.
 *
 * @param dict Weights of LSTMs side by side, as `recurrent` of a sequence model names them.
 * @param gate The gate.
 * @param values In (0, 1), by network and unit.
 * @returns A copy; `dict` stays as it is.
 * @throws {InputError} If there is not a value for each network and unit.
 */
export function withFixedGate(
  dict: StateDict,
  gate: GateName,
  values: readonly (readonly number[])[],
): StateDict {
  const biases = values.map((units) => units.map(inverseSigmoid));
  return Object.fromEntries(
    Object.entries(dict).map(([name, entry]): [string, NDArray] => {
      if (!name.startsWith("recurrent.")) return [name, entry];
      const isBias = name.startsWith("recurrent.bias_ih");
      return [name, withRows(entry, gate, isBias ? biases : null)];
    }),
  );
}

/** A copy of weights [replica, rows, ...] in which a gate's rows are the biases, or 0. */
function withRows(
  { shape, data }: NDArray,
  gate: GateName,
  biases: readonly (readonly number[])[] | null,
): NDArray {
  const [replicas = 0, rows = 0, columns = 1] = shape;
  const units = rows / GATES;
  const changed = data.slice();
  for (let r = 0; r < replicas; r++) {
    const start = (r * rows + places[gate] * units) * columns;
    if (biases === null) {
      changed.fill(0, start, start + units * columns);
      continue;
    }
    const own = biases[r] ?? [];
    if (biases.length !== replicas || own.length !== units) {
      const wanted = `${replicas} lists of ${units} numbers`;
      throw new InputError(`values of the ${gate} gate`, wanted, biases);
    }
    changed.set(own, start);
  }
  return { shape, data: changed };
}

function inverseSigmoid(value: number): number {
  const inside = Math.min(OPEN, Math.max(CLOSED, value));
  return Math.log(inside) - Math.log1p(-inside);
}
