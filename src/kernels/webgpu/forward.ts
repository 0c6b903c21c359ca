import type { Phase, Target } from "./phase.ts";
import { unrolled } from "./phase.ts";
import type { Shape } from "./recurrence.ts";
import { eachSum, loop, places, tileOf } from "./recurrence.ts";
import { transpose } from "./transpose.ts";

/**
 * The steps of a layer. An item is a unit in a few examples: it adds up W h_before for all gates
 * of the unit, then does what the cell says, so that a step needs one barrier.
 *
 * @param cell WGSL for unit `j` of example `b`, with `s0`, `s1`, ... the products of the gates.
 */
export function forward(
  name: string,
  fields: Readonly<Record<string, number>> & Shape,
  gates: number,
  cell: string,
  target: Target,
): Phase[] {
  const { steps, batch, hidden } = fields;
  const [rows] = tileOf(fields, [[8, 1], [4, 1], [2, 1]], target);
  const unroll = target.software ? 1 : rows * gates >= 16 ? 2 : 4;
  const { phases, layout } = weights(fields, gates, target);
  const product = `
    ${unrolled(gates, (g) => `let w${g} = at(weight + ${g} * $gateStride);`)}
    ${
    unrolled(rows, (r) => `
      let h${r} = at(row${r} + k);
      ${unrolled(gates, (g) => `s${r * gates + g} += w${g} * h${r};`)}`)
  }
    weight += $termStride;
    k++;
  `;
  const body = `
    let j = item % $hidden;
    let first = item / $hidden * ${rows};
    let u = select(t, $steps - 1 - t, $reverse == 1);
    let last = select(u, u + 1, $reverse == 1) * $batch;
    ${
    unrolled(rows, (r) => `
      let row${r} = $h + (last + min(first + ${r}, $batch - 1)) * $hidden;`)
  }
    ${unrolled(rows * gates, (e) => `var s${e} = 0.0;`)}
    var weight = $matrix + j * $unitStride;
    var k = 0;
    ${loop("k", "bound($hidden)", unroll, product)}
    ${
    eachSum(rows, gates, (sum) => `
      let b = first + e;
      if (b < $batch) {
        ${unrolled(gates, (g) => `let s${g} = ${sum(g)};`)}
        ${places}
        ${cell}
      }`)
  }
  `;
  const step: Phase = {
    name: `${name}${rows}`,
    body,
    fields: { ...fields, ...layout },
    items: hidden * Math.ceil(batch / rows),
    turns: Math.ceil(hidden / unroll) + unroll + rows + 6,
    repeat: steps,
    sequence: { block: hidden, weights: gates * hidden * hidden },
  };
  return [...phases, step];
}

/**
 * Where the weights are read. A GPU wants neighbouring lanes to read neighbouring numbers, so W is
 * transposed first, once for all steps; a processor gains nothing by it.
 */
function weights(
  { hidden, weight }: Shape,
  gates: number,
  { software, scratch }: Target,
): { phases: Phase[]; layout: Record<string, number> } {
  if (software || hidden < 8) {
    const strides = { unitStride: hidden, termStride: 1, gateStride: hidden * hidden };
    return { phases: [], layout: { matrix: weight, ...strides } };
  }
  const all = gates * hidden;
  const to = scratch.take(all * hidden);
  const phase = transpose({ rows: all, columns: hidden, from: weight, ld: hidden, to });
  const strides = { unitStride: 1, termStride: all, gateStride: hidden };
  return { phases: [phase], layout: { matrix: to, ...strides } };
}
