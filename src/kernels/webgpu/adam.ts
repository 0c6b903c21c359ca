import type { Fields } from "../instructions.ts";
import { HYPER, hyperColumn } from "../hyper.ts";
import { elementwise } from "./elementwise.ts";
import type { Phase, Target } from "./phase.ts";
import { fold, partials } from "./sums.ts";

/** The phases of `adam`: the norm as sums of squares, in a fixed order, then the update. */
export function adam(f: Fields<"adam">, { scratch }: Target): Phase[] {
  const lanes = partials(f.count);
  const [squares, folded, norm] = [scratch.take(lanes), scratch.take(64), scratch.take(1)];
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
    turns: Math.ceil(f.count / lanes) + 2,
  };
  const sums = fold(squares, lanes, folded);
  const total: Phase = {
    name: "adamNorm",
    body: `
      var sum = 0.0;
      for (var i = 0; i < bound($count); i++) { sum += at($from + i); }
      put($scratchNorm, sqrt(sum));
      if ($norm >= 0) { put($norm + firstSlot + step, sqrt(sum)); }
    `,
    fields: { from: sums.from, count: sums.count, scratchNorm: norm, norm: f.norm },
    items: 1,
    turns: sums.count + 2,
  };
  const update = elementwise("adamUpdate", { ...f, scratchNorm: norm }, f.count, each, shared);
  return [square, ...sums.phases, total, update];
}

// A quotient that is not a number stays one: min would hide it.
const shared = `
  let hyper = $hyper + (firstSlot + step) * ${HYPER.length};
  ${HYPER.slice(0, 10).map((n) => `let ${n} = at(hyper + ${hyperColumn[n]});`).join("\n")}
  let quotient = maxNorm / (at($scratchNorm) + 1e-6);
  let scale = select(1.0, quotient, maxNorm > 0.0 && !(quotient > 1.0));
`;

const each = `
  let p = at($parameters + i);
  let g = at($gradients + i) * scale + l2 * p;
  let m = beta1 * at($m + i) + rest1 * g;
  let v = beta2 * at($v + i) + rest2 * g * g;
  put($m + i, m);
  put($v + i, v);
  put($parameters + i, p * decay - rate * m / (sqrt(v) * root + epsilon));
`;
