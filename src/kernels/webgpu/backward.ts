import type { Phase, Target } from "./phase.ts";
import { unrolled } from "./phase.ts";
import type { Shape } from "./recurrence.ts";
import { eachSum, loop, places, tileOf } from "./recurrence.ts";

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
