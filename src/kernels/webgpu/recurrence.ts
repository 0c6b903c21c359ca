import type { Phase, Target } from "./phase.ts";
import { unrolled } from "./phase.ts";

/** What a recurrent command says of its shape. */
export interface Shape {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  readonly weight: number;
}

/** Where a step is: what bodies of cells may use besides `b`, the example, and `j`, the unit. */
const places = `
  let row = u * $batch + b;
  let before = (select(u, u + 1, $reverse == 1) * $batch + b) * $hidden + j;
  let after = (select(u + 1, u, $reverse == 1) * $batch + b) * $hidden + j;
  let on = counted($mask, row);
`;

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
  const rows = rowsOf(fields, gates, target);
  const unroll = target.software ? Number((globalThis as any).UN ?? 1) : rows * gates >= 16 ? 2 : 4;
  const { phases, layout } = weights(fields, gates, target);
  const product = `
    ${unrolled(gates, (g) => `let w${g} = at(weight + ${g} * $gateStride);`)}
    ${
    unrolled(rows, (r) => `
      let h${r} = at(row${r} + k);
      ${unrolled(gates, (g) => `s${r}_${g} += w${g} * h${r};`)}`)
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
      let row${r} = $h + (last + min(first + ${r}, $batch - 1)) * $hidden;
      ${unrolled(gates, (g) => `var s${r}_${g} = 0.0;`)}`)
  }
    var weight = $matrix + j * $unitStride;
    var k = 0;
    while (k <= bound($hidden) - ${unroll}) { ${unrolled(unroll, () => `{${product}}`)} }
    while (k < bound($hidden)) { ${product} }
    ${
    unrolled(rows, (r) => `
      if (first + ${r} < $batch) {
        let b = first + ${r};
        ${unrolled(gates, (g) => `let s${g} = s${r}_${g};`)}
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
    turns: Math.ceil(hidden / unroll) + unroll + 2,
    repeat: steps,
    sequence: { block: hidden, weights: gates * hidden * hidden },
  };
  return [...phases, step];
}

/**
 * The steps back. An item is a unit in a few examples: it adds up what comes back through W from
 * the step visited before (none at first), adds what the cell left in dH, and does what the cell
 * says; after the last step it leaves the sum in dH.
 *
 * @param sums The gradients that W carries back: where they are, how many gates
 *   are there, and how many times the hidden size their rows are apart.
 * @param cell WGSL with `d`, the gradient with respect to h but for that of the output, `dOut`.
 *   It leaves in dH what does not go through W.
 */
export function backward(
  name: string,
  fields: Readonly<Record<string, number>> & Shape,
  sums: readonly (readonly [place: string, gates: number, stride: number])[],
  cell: string,
  target: Target,
): Phase[] {
  const { steps, batch, hidden } = fields;
  const gates = sums.reduce((all, [, count]) => all + count, 0);
  const rows = rowsOf(fields, 1, target);
  const unroll = target.software ? Number((globalThis as any).UN ?? 1) : rows >= 8 ? 2 : 4;
  const product = `
    let w = at(weight + i * $hidden);
    ${unrolled(rows, (r) => `d${r} += w * at(row${r} + i);`)}
    i++;
  `;
  const body = `
    let j = item % $hidden;
    let first = item / $hidden * ${rows};
    let visited = select($steps - t, t - 1, $reverse == 1) * $batch;
    ${unrolled(rows, (r) => `var d${r} = 0.0;`)}
    var weight = $weight + j;
    ${
    sums.map(([place, count, stride]) =>
      `{
      ${
        unrolled(rows, (r) => `
        let row${r} = ${place} + (visited + min(first + ${r}, $batch - 1)) * ${stride} * $hidden;`)
      }
      let terms = bound(select(0, ${count} * $hidden, t > 0));
      var i = 0;
      while (i <= terms - ${unroll}) { ${unrolled(unroll, () => `{${product}}`)} }
      while (i < terms) { ${product} }
      weight += ${count} * $hidden * $hidden;
    }`
    ).join("\n")
  }
    let u = select($steps - 1 - t, t, $reverse == 1);
    ${
    unrolled(rows, (r) => `
      if (first + ${r} < $batch) {
        let b = first + ${r};
        let carry = $dH + b * $hidden + j;
        let d = d${r} + at(carry);
        if (t == $steps) {
          put(carry, d);
        } else {
          ${places}
          var dOut = 0.0;
          if ($dOutput >= 0) { dOut = at($dOutput + row * $ldOutput + j); }
          ${cell}
        }
      }`)
  }
  `;
  return [{
    name: `${name}${rows}`,
    body,
    fields,
    items: hidden * Math.ceil(batch / rows),
    turns: Math.ceil(gates * hidden / unroll) + sums.length * (unroll + 2),
    repeat: steps + 1,
    sequence: { block: hidden, weights: gates * hidden * hidden },
  }];
}

/** Examples to an item: more share what is read of W, fewer leave work for more lanes. */
function rowsOf({ batch, hidden }: Shape, gates: number, target: Target): number {
  const lanes = target.lanes || (target.software ? 16 : 8192);
  const replicas = target.lanes || target.software ? 1 : target.replicas;
  const most = gates > 1 ? 4 : 8;
  let rows = 1;
  while (rows < most && rows * 2 <= batch && hidden * replicas * batch / (rows * 2) >= lanes) {
    rows *= 2;
  }
  return rows;
}

/**
 * Where the weights are read. A hardware adapter wants neighbouring lanes to read neighbouring
 * numbers, so W is transposed first, once for all steps; a processor reads its rows as they are.
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
  const matrix = scratch.take(all * hidden);
  const transpose: Phase = {
    name: "transposeWeights",
    body: "put($matrix + item, at($weight + item % $all * $hidden + item / $all));",
    fields: { matrix, weight, all, hidden },
    items: all * hidden,
    turns: 0,
  };
  const strides = { unitStride: 1, termStride: all, gateStride: hidden };
  return { phases: [transpose], layout: { matrix, ...strides } };
}
