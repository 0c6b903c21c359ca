/**
 * The losses and the optimizer: `squaredError`, `crossEntropy` and `adam`.
 *
 * @module
 */
import { type Fields, HYPER, hyperColumn } from "../instructions.ts";
import { elementwise, fold, partials, type Phase, type Target } from "./phase.ts";

/** Returns the phases of `squaredError`: partial sums, the mean, the gradient. */
export function squaredError(f: Fields<"squaredError">, { scratch }: Target): Phase[] {
  const lanes = partials(f.count);
  const [sums, counts, counted] = [
    scratch.allocate(lanes),
    scratch.allocate(lanes),
    scratch.allocate(1),
  ];
  const part: Phase = {
    name: "squaredErrorSums",
    body: `
      var sum = 0.0;
      var n = 0.0;
      for (var i = item; i < bound($count); i += $lanes) {
        let d = at($prediction + i) - at($target + i);
        let counts = counted($mask, i / $width);
        sum += select(0.0, d * d, counts);
        n += select(0.0, 1.0, counts);
      }
      put($sums + item, sum);
      put($counts + item, n);
    `,
    fields: { ...f, lanes, sums, counts },
    items: lanes,
    iterations: Math.ceil(f.count / lanes) + 2,
  };
  const mean = meanOf(
    sums,
    counts,
    lanes,
    counted,
    f.loss,
    scratch.allocate(64),
    scratch.allocate(64),
  );
  if (f.gradient < 0) return [part, ...mean];
  const body = `
    let d = at($prediction + i) - at($target + i);
    put($gradient + i, select(0.0, 2.0 * d / n, counted($mask, i / $width)));
  `;
  const gradient = elementwise(
    "squaredErrorGradient",
    { ...f, counted },
    f.count,
    body,
    "let n = at($counted);",
  );
  return [part, ...mean, gradient];
}

/** The largest float32 number. A number below its negative is minus infinity. */
const LARGEST = 3.4028234663852886e38;

/** Returns the phases of `crossEntropy`: chunks of rows, rows, the mean, the gradient. */
export function crossEntropy(f: Fields<"crossEntropy">, { scratch }: Target): Phase[] {
  const chunks = Math.max(1, Math.min(32, Math.ceil(f.classes / 8)));
  const parts = f.rows * chunks;
  const offsets = {
    largest: scratch.allocate(parts),
    total: scratch.allocate(parts),
    top: scratch.allocate(f.rows),
    whole: scratch.allocate(f.rows),
    losses: scratch.allocate(f.rows),
    counts: scratch.allocate(f.rows),
    counted: scratch.allocate(1),
  };
  const { losses, counts, counted } = offsets;
  const fields = { ...f, ...offsets, chunks };
  const chunk: Phase = {
    name: "crossEntropyChunk",
    body: `
      let chunk = item % $chunks;
      let logits = $logits + (item / $chunks) * $classes;
      var largest = at(logits + chunk);
      for (var j = chunk; j < bound($classes); j += $chunks) { largest = max(largest, at(logits + j)); }
      // If all logits of a chunk are minus infinity, a difference would be NaN; every share is 0.
      let base = select(largest, 0.0, largest < ${-LARGEST});
      var total = 0.0;
      for (var j = chunk; j < bound($classes); j += $chunks) { total += exp(at(logits + j) - base); }
      put($largest + item, largest);
      put($total + item, total);
    `,
    fields,
    items: parts,
    iterations: 2 * Math.ceil(f.classes / chunks) + 4,
  };
  const row: Phase = {
    name: "crossEntropyRow",
    body: `
      let first = item * $chunks;
      var largest = at($largest + first);
      for (var i = 1; i < bound($chunks); i++) { largest = max(largest, at($largest + first + i)); }
      var total = 0.0;
      for (var i = 0; i < bound($chunks); i++) {
        total += at($total + first + i) * exp(at($largest + first + i) - largest);
      }
      let target_ = i32(at($targets + item));
      let counts = target_ != $ignore;
      let logit = at($logits + item * $classes + select(0, target_, counts));
      put($top + item, largest);
      put($whole + item, total);
      put($losses + item, select(0.0, largest + log(total) - logit, counts));
      put($counts + item, select(0.0, 1.0, counts));
    `,
    fields,
    items: f.rows,
    iterations: 2 * chunks + 4,
  };
  const mean = meanOf(
    losses,
    counts,
    f.rows,
    counted,
    f.loss,
    scratch.allocate(64),
    scratch.allocate(64),
  );
  const gradient = elementwise("crossEntropyGradient", fields, f.rows * f.classes, each);
  return [chunk, row, ...mean, gradient];
}

const each = `
  let row = i / $classes;
  let target_ = i32(at($targets + row));
  let share = exp(at($logits + i) - at($top + row)) / at($whole + row);
  let hit = select(0.0, 1.0, i - row * $classes == target_);
  put($logits + i, select(0.0, (share - hit) / at($counted), target_ != $ignore));
`;

/**
 * Returns phases that write the mean of partial sums to `loss + row`, and the count to `counted`.
 */
function meanOf(
  sums: number,
  counts: number,
  parts: number,
  counted: number,
  loss: number,
  room: number,
  room2: number,
): Phase[] {
  const [sum, count] = [fold(sums, parts, room), fold(counts, parts, room2)];
  const mean: Phase = {
    name: "mean",
    body: `
      var sum = 0.0;
      var n = 0.0;
      for (var i = 0; i < bound($parts); i++) {
        sum += at($sums + i);
        n += at($counts + i);
      }
      put($counted, n);
      put($loss + baseRow + step, select(sum / n, 0.0, n == 0.0));
    `,
    fields: { sums: sum.from, counts: count.from, parts: sum.count, counted, loss },
    items: 1,
    iterations: sum.count + 2,
  };
  return [...sum.phases, ...count.phases, mean];
}

/** Returns the phases of `adam`: the norm as sums of squares, in a fixed order, then the update. */
export function adam(f: Fields<"adam">, { scratch }: Target): Phase[] {
  const lanes = partials(f.count);
  const [squares, folded, norm] = [
    scratch.allocate(lanes),
    scratch.allocate(64),
    scratch.allocate(1),
  ];
  const square: Phase = {
    name: "adamSquares",
    body: `
      var sum = 0.0;
      for (var i = item; i < bound($count); i += $lanes) {
        let g = at($gradients + i);
        sum += g * g;
      }
      put($squares + item, sum);
    `,
    fields: { ...f, lanes, squares },
    items: lanes,
    iterations: Math.ceil(f.count / lanes) + 2,
  };
  const sums = fold(squares, lanes, folded);
  const total: Phase = {
    name: "adamNorm",
    body: `
      var sum = 0.0;
      for (var i = 0; i < bound($count); i++) { sum += at($from + i); }
      put($scratchNorm, sqrt(sum));
      if ($norm >= 0) { put($norm + baseRow + step, sqrt(sum)); }
    `,
    fields: { from: sums.from, count: sums.count, scratchNorm: norm, norm: f.norm },
    items: 1,
    iterations: sums.count + 2,
  };
  const update = elementwise(
    "adamUpdate",
    { ...f, scratchNorm: norm },
    f.count,
    adamEach,
    adamShared,
  );
  return [square, ...sums.phases, total, update];
}

// If the quotient is NaN, the scale is NaN; min would return 1.
const adamShared = `
  let hyper = $hyper + (baseRow + step) * ${HYPER.length};
  ${HYPER.slice(0, 10).map((n) => `let ${n} = at(hyper + ${hyperColumn[n]});`).join("\n")}
  let quotient = maxNorm / (at($scratchNorm) + 1e-6);
  let scale = select(1.0, quotient, maxNorm > 0.0 && !(quotient > 1.0));
`;

const adamEach = `
  let p = at($parameters + i);
  let g = at($gradients + i) * scale + l2 * p;
  let m = beta1 * at($m + i) + rest1 * g;
  let v = beta2 * at($v + i) + rest2 * g * g;
  put($m + i, m);
  put($v + i, v);
  put($parameters + i, p * decay - rate * m / (sqrt(v) * root + epsilon));
`;
