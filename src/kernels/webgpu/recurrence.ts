/**
 * The scans of recurrent layers, forward and backward, for any cell.
 *
 * @module
 */
import { type Phase, type Target, unrolled } from "./phase.ts";

/** What a recurrent command says of its shape. */
interface Shape {
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

/** WGSL of a loop while `index` is below `end`, some turns of it written out. */
function loop(index: string, end: string, unroll: number, body: string): string {
  const turns = unrolled(unroll, () => `{${body}}`);
  const most = unroll > 1 ? `while (${index} <= ${end} - ${unroll}) { ${turns} }` : "";
  return `${most}\nwhile (${index} < ${end}) { ${body} }`;
}

/**
 * WGSL that does something with every `each` of `count * each` sums, as a loop with `e` the index:
 * written out, what a cell does takes compilers longer than all the rest.
 */
function eachSum(
  count: number,
  each: number,
  body: (sum: (k: number) => string) => string,
): string {
  if (count === 1) {
    return `{ let e = 0; ${unrolled(each, (k) => `let sum${k} = s${k};`)} ${
      body((k) => `sum${k}`)
    } }`;
  }
  return `
    var held: array<f32, ${count * each}>;
    ${unrolled(count * each, (e) => `held[${e}] = s${e};`)}
    for (var e = 0; e < bound(${count}); e++) { ${body((k) => `held[e * ${each} + ${k}]`)} }
  `;
}

/** The largest tile of examples and units that leaves work for every lane. */
function tileOf(
  { batch, hidden }: Shape,
  sizes: readonly (readonly [rows: number, units: number])[],
  { lanes, software, replicas }: Target,
): readonly [rows: number, units: number] {
  const wanted = lanes > 0 ? lanes : software ? 16 : Math.ceil(8192 / replicas);
  for (const [rows, units] of sizes) {
    if (rows > batch || units > hidden) continue;
    if (Math.ceil(batch / rows) * Math.ceil(hidden / units) >= wanted) return [rows, units];
  }
  return [1, 1];
}

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

/**
 * A phase that writes the transpose [columns, rows] of a matrix [rows, columns].
 *
 * @param from Where the matrix is; its rows are `ld` apart.
 * @param to Where the transpose goes, without gaps.
 */
function transpose(
  { rows, columns, from, ld, to }: {
    readonly rows: number;
    readonly columns: number;
    readonly from: number;
    readonly ld: number;
    readonly to: number;
  },
): Phase {
  return {
    name: "transpose",
    body: "put($to + item, at($from + item % $rows * $ld + item / $rows));",
    fields: { rows, from, ld, to },
    items: rows * columns,
    turns: 0,
  };
}

/**
 * The steps back. An item is a few units in a few examples: it adds up what comes back through W
 * from the step visited before (none at first), adds what the cell left in dH, and does what the
 * cell says; after the last step it leaves the sum in dH.
 *
 * @param sums The gradients that W carries back: where they are, how many gates there are, and
 *   how many times the hidden size their rows are apart.
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
  const sizes = [[8, 4], [4, 4], [4, 2], [2, 2], [1, 4], [2, 1], [1, 2]] as const;
  const [rows, units] = tileOf(fields, sizes, target);
  const across = Math.ceil(hidden / units);
  const unroll = target.software ? 1 : rows * units >= 8 ? 2 : 4;
  // Units of an item lie `across` apart, so that neighbouring lanes read neighbouring numbers.
  const product = `
    ${unrolled(units, (c) => `let w${c} = at(weight${c} + i * $hidden);`)}
    ${
    unrolled(rows, (r) => `
      let d${r} = at(row${r} + i);
      ${unrolled(units, (c) => `s${r * units + c} += w${c} * d${r};`)}`)
  }
    i++;
  `;
  const body = `
    let column = item % $across;
    let first = item / $across * ${rows};
    let visited = select($steps - t, t - 1, $reverse == 1) * $batch;
    ${unrolled(rows * units, (e) => `var s${e} = 0.0;`)}
    ${
    unrolled(units, (c) => {
      return `var weight${c} = $weight + min(column + ${c} * $across, $hidden - 1);`;
    })
  }
    ${
    sums.map(([place, count, stride]) =>
      `{
      ${
        unrolled(rows, (r) => `
        let row${r} = ${place} + (visited + min(first + ${r}, $batch - 1)) * ${stride} * $hidden;`)
      }
      let terms = bound(select(0, ${count} * $hidden, t > 0));
      var i = 0;
      ${loop("i", "terms", unroll, product)}
      ${unrolled(units, (c) => `weight${c} += ${count} * $hidden * $hidden;`)}
    }`
    ).join("\n")
  }
    let u = select($steps - 1 - t, t, $reverse == 1);
    ${
    eachSum(rows * units, 1, (sum) => `
      let b = first + e / ${units};
      let j = column + e % ${units} * $across;
      if ((b < $batch) & (j < $hidden)) {
        let carry = $dH + b * $hidden + j;
        let d = ${sum(0)} + at(carry);
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
    name: `${name}${rows}x${units}`,
    body,
    fields: { ...fields, across },
    items: across * Math.ceil(batch / rows),
    turns: Math.ceil(gates * hidden / unroll) + sums.length * (unroll + 4) + rows * units + 2,
    repeat: steps + 1,
    sequence: { block: across, weights: gates * hidden * hidden },
  }];
}
