/**
 * The scans of recurrent layers, forward and backward, for any cell.
 *
 * @module
 */
import { type Phase, type Target, unrolled } from "./phase.ts";

/** The fields of a recurrent command that a scan depends on. */
interface ScanFields {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
  readonly weight: number;
}

/** WGSL of the offsets of a step, for bodies of cells; `b` is the example and `j` the unit. */
const stepOffsets = `
  let row = u * $batch + b;
  let before = (select(u, u + 1, $reverse == 1) * $batch + b) * $hidden + j;
  let after = (select(u + 1, u, $reverse == 1) * $batch + b) * $hidden + j;
  let on = counted($mask, row);
`;

/** Returns WGSL of a loop while `index` is below `end`, unrolled `unroll` times. */
function loop(index: string, end: string, unroll: number, body: string): string {
  const iterations = unrolled(unroll, () => `{${body}}`);
  const unrolledLoop = unroll > 1 ? `while (${index} <= ${end} - ${unroll}) { ${iterations} }` : "";
  return `${unrolledLoop}\nwhile (${index} < ${end}) { ${body} }`;
}

/**
 * Returns WGSL that runs a body for every `each` of `count * each` sums, in a loop with index `e`.
 * Compilers would need more time for an unrolled body of a cell than for all other code.
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
    var sums: array<f32, ${count * each}>;
    ${unrolled(count * each, (e) => `sums[${e}] = s${e};`)}
    for (var e = 0; e < bound(${count}); e++) { ${body((k) => `sums[e * ${each} + ${k}]`)} }
  `;
}

/** Returns the largest tile of examples and units with which every lane has work. */
function tileOf(
  { batch, hidden }: ScanFields,
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
 * Returns the phases of the forward scan of a layer. An item is one unit of a few examples: it adds
 * up W h_before for all gates of the unit, unless there is no W, then runs the body of the cell, so
 * a step needs one barrier.
 *
 * @param name The name of the phase.
 * @param fields The fields of the command.
 * @param gates The number of gates.
 * @param cell WGSL for unit `j` of example `b`; `s0`, `s1`, ... are the products of the gates.
 * @param target What the phases are for.
 */
export function forwardScan(
  name: string,
  fields: Readonly<Record<string, number>> & ScanFields,
  gates: number,
  cell: string,
  target: Target,
): Phase[] {
  const { steps, batch, hidden } = fields;
  const [rows] = tileOf(fields, [[8, 1], [4, 1], [2, 1]], target);
  const unroll = target.software ? 1 : rows * gates >= 16 ? 2 : 4;
  const { phases, layout } = weights(fields, gates, target);
  const terms = fields.weight < 0 ? 0 : hidden;
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
    ${loop("k", "bound($terms)", unroll, product)}
    ${
    eachSum(rows, gates, (sum) => `
      let b = first + e;
      if (b < $batch) {
        ${unrolled(gates, (g) => `let s${g} = ${sum(g)};`)}
        ${stepOffsets}
        ${cell}
      }`)
  }
  `;
  const step: Phase = {
    name: `${name}${rows}`,
    body,
    fields: { ...fields, ...layout, terms },
    items: hidden * Math.ceil(batch / rows),
    iterations: Math.ceil(terms / unroll) + unroll + rows + 6,
    repeat: steps,
    sequence: { block: hidden, weights: gates * terms * hidden },
  };
  return [...phases, step];
}

/**
 * Returns the phase that transposes the weights, and the strides of the weights that are read. On a
 * GPU neighbouring lanes should read neighbouring numbers, so W is transposed once for all steps.
 * On a processor this would be of no use.
 */
function weights(
  { hidden, weight }: ScanFields,
  gates: number,
  { software, scratch }: Target,
): { phases: Phase[]; layout: Record<string, number> } {
  if (weight < 0 || software || hidden < 8) {
    const strides = { unitStride: hidden, termStride: 1, gateStride: hidden * hidden };
    return { phases: [], layout: { matrix: weight, ...strides } };
  }
  const all = gates * hidden;
  const to = scratch.allocate(all * hidden);
  const phase = transpose({ rows: all, columns: hidden, from: weight, ld: hidden, to });
  const strides = { unitStride: 1, termStride: all, gateStride: hidden };
  return { phases: [phase], layout: { matrix: to, ...strides } };
}

/**
 * Returns a phase that writes the transpose [columns, rows] of a matrix [rows, columns].
 *
 * @param from The offset of the matrix; its rows are `ld` apart.
 * @param to The offset of the transpose, which has no gaps.
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
    iterations: 0,
  };
}

/**
 * Returns the phases of the backward scan of a layer. An item is a few units of a few examples. At
 * each step it adds up the gradient through W from the previous step of the scan, if there is
 * one, adds the part that the cell left in dH, and runs the body of the cell. After the
 * last step it writes the sum to dH.
 *
 * @param name The name of the phase.
 * @param fields The fields of the command.
 * @param sums The gradients that are multiplied by W: their offset, the number of gates, and the
 *   distance between their rows in multiples of the hidden size.
 * @param cell WGSL for unit `j` of example `b`; `dOut` is the gradient with respect to the output,
 * `d` the rest of the gradient with respect to h. The code writes to dH that part of the gradient
 * with respect to the previous state that does not pass through W.
 * @param target What the phases are for.
 */
export function backwardScan(
  name: string,
  fields: Readonly<Record<string, number>> & ScanFields,
  sums: readonly (readonly [offset: string, gates: number, stride: number])[],
  cell: string,
  target: Target,
): Phase[] {
  const { steps, batch, hidden } = fields;
  const gates = sums.reduce((all, [, count]) => all + count, 0);
  const sizes = [[8, 4], [4, 4], [4, 2], [2, 2], [1, 4], [2, 1], [1, 2]] as const;
  const [rows, units] = tileOf(fields, sizes, target);
  const across = Math.ceil(hidden / units);
  const terms = fields.weight < 0 ? 0 : hidden;
  const unroll = target.software ? 1 : rows * units >= 8 ? 2 : 4;
  // Units of an item are `across` apart, so that neighbouring lanes read neighbouring numbers.
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
    sums.map(([offset, count, stride]) =>
      `{
      ${
        unrolled(rows, (r) => `
        let row${r} = ${offset} + (visited + min(first + ${r}, $batch - 1)) * ${stride} * $hidden;`)
      }
      let terms = bound(select(0, ${count} * $terms, t > 0));
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
          ${stepOffsets}
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
    fields: { ...fields, across, terms },
    items: across * Math.ceil(batch / rows),
    iterations: Math.ceil(gates * terms / unroll) + sums.length * (unroll + 4) + rows * units + 2,
    repeat: steps + 1,
    sequence: { block: across, weights: gates * terms * hidden },
  }];
}
