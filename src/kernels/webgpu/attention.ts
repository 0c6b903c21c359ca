/**
 * The instructions `attentionForward` and `attentionBackward`.
 *
 * @module
 */
import type { Fields } from "../instructions.ts";
import { elementwise, type Phase, type Target } from "./phase.ts";

/** The largest float32 number. */
const LARGEST = 3.4028234663852886e38;

/**
 * Returns a phase for each part of the steps that one launch may loop over. Each adds the steps
 * from `first` to `last` to what the phase before wrote to `to`.
 *
 * @param phase The phase, without the loop: `items` numbers, at `to` + item.
 * @param start WGSL of what the first phase starts from.
 * @param each WGSL that adds step `t` to `sum`; `row` is the row of [steps, batch].
 */
function overSteps(
  { name, fields, items, example, to }: {
    readonly name: string;
    readonly fields: Readonly<Record<string, number>> & { readonly steps: number };
    readonly items: number;
    /** WGSL of the sequence of an item. */
    readonly example: string;
    /** The offset of the results. */
    readonly to: number;
  },
  start: string,
  each: string,
  target: Target,
): Phase[] {
  const most = target.iterations - 10;
  const phases: Phase[] = [];
  for (let first = 0; first < fields.steps; first += most) {
    const last = Math.min(fields.steps, first + most);
    phases.push({
      name,
      body: `
        let b = ${example};
        var sum = ${start};
        if ($first > 0) { sum = at($sums + item); }
        for (var t = $first; t < bound($last); t++) {
          let row = t * $batch + b;
          if (counted($mask, row)) { ${each} }
        }
        put($sums + item, sum);
      `,
      fields: { ...fields, first, last, sums: to },
      items,
      iterations: last - first + 2,
    });
  }
  return phases;
}

/** Returns the phases of `attentionForward`: scores, their softmax, the context. */
export function attentionForward(f: Fields<"attentionForward">, target: Target): Phase[] {
  const rows = f.steps * f.batch;
  const [largest, total] = [target.scratch.allocate(f.batch), target.scratch.allocate(f.batch)];
  const fields = { ...f, largest, total };
  const scores: Phase = {
    name: "attentionScores",
    body: `
      if (counted($mask, item)) {
        var sum = 0.0;
        for (var j = 0; j < bound($size); j++) {
          let u = $projected + item * $size + j;
          let value = tangent(at(u));
          put(u, value);
          sum += value * at($query + j);
        }
        put($weights + item, sum);
      }
    `,
    fields,
    items: rows,
    iterations: f.size + 2,
  };
  const sequences = { fields, items: f.batch, example: "item" };
  const shares = `
    let share = exp(at($weights + i) - at($largest + i % $batch)) / at($total + i % $batch);
    put($weights + i, select(0.0, share, counted($mask, i)));
  `;
  return [
    scores,
    ...overSteps(
      { ...sequences, name: "attentionLargest", to: largest },
      `${-LARGEST}`,
      "sum = max(sum, at($weights + row));",
      target,
    ),
    ...overSteps(
      { ...sequences, name: "attentionTotal", to: total },
      "0.0",
      "sum += exp(at($weights + row) - at($largest + b));",
      target,
    ),
    elementwise("attentionWeights", fields, rows, shares),
    ...overSteps(
      {
        ...{ fields, name: "attentionContext", items: f.batch * f.width, to: f.context },
        example: "item / $width",
      },
      "0.0",
      "sum += at($weights + row) * at($states + row * $width + item % $width);",
      target,
    ),
  ];
}

/** Returns the phases of `attentionBackward`: states, scores, query, projections. */
export function attentionBackward(f: Fields<"attentionBackward">, target: Target): Phase[] {
  const rows = f.steps * f.batch;
  const states = elementwise(
    "attentionStates",
    { ...f },
    rows * f.width,
    `
      let row = i / $width;
      let d = at($dContext + row % $batch * $width + i % $width);
      put($dStates + i, select(0.0, at($weights + row) * d, counted($mask, row)));
    `,
  );
  if (f.size === 0) return [states];
  const mean = target.scratch.allocate(f.batch);
  const fields = { ...f, mean };
  const given = f.dWeights < 0 ? [] : overSteps(
    { name: "attentionMean", fields, items: f.batch, example: "item", to: mean },
    "0.0",
    "sum += at($weights + row) * at($dWeights + row);",
    target,
  );
  const scores: Phase = {
    name: "attentionDScores",
    body: `
      let b = item % $batch;
      var d = 0.0;
      if ($dWeights >= 0) { d = at($dWeights + item) - at($mean + b); }
      for (var j = 0; j < bound($width); j++) {
        let distance = at($states + item * $width + j) - at($context + b * $width + j);
        d += distance * at($dContext + b * $width + j);
      }
      let dScore = at($weights + item) * d;
      put($weights + item, select(0.0, dScore, counted($mask, item)));
    `,
    fields,
    items: rows,
    iterations: f.width + 2,
  };
  const projected = elementwise(
    "attentionProjected",
    fields,
    rows * f.size,
    `
      let row = i / $size;
      let value = at($projected + i);
      let d = at($weights + row) * at($query + i % $size) * (1.0 - value * value);
      put($projected + i, select(0.0, d, counted($mask, row)));
    `,
  );
  return [states, ...given, scores, ...queryGradient(fields, target), projected];
}

/** Returns the phases of dQuery: sums of chunks of rows first if there are many rows. */
function queryGradient(f: Fields<"attentionBackward">, { scratch }: Target): Phase[] {
  const rows = f.steps * f.batch;
  const chunks = rows <= 32 ? 1 : Math.min(256, Math.ceil(rows / 16));
  const to = chunks === 1 ? f.dQuery : scratch.allocate(chunks * f.size);
  const part: Phase = {
    name: "attentionQuery",
    body: `
      let column = item % $size;
      var sum = 0.0;
      for (var i = item / $size; i < bound($rows); i += $chunks) {
        if (counted($mask, i)) { sum += at($weights + i) * at($projected + i * $size + column); }
      }
      put($partial + item, sum);
    `,
    fields: { ...f, rows, chunks, partial: to },
    items: chunks * f.size,
    iterations: Math.ceil(rows / chunks) + 2,
  };
  if (chunks === 1) return [part];
  const whole: Phase = {
    name: "attentionQuerySum",
    body: `
      var sum = 0.0;
      for (var i = 0; i < bound($chunks); i++) { sum += at($partial + i * $size + item); }
      put($dQuery + item, sum);
    `,
    fields: { ...part.fields, dQuery: f.dQuery },
    items: f.size,
    iterations: chunks + 2,
  };
  return [part, whole];
}
