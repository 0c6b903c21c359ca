import type { Fields } from "../instructions.ts";
import { backward } from "./backward.ts";
import { forward } from "./forward.ts";
import type { Phase, Target } from "./phase.ts";

/** The phases of `gruForward`. */
export function gruForward(f: Fields<"gruForward">, target: Target): Phase[] {
  return forward("gruForward", { ...f }, 3, forwardCell, target);
}

/** The phases of `gruBackward`. */
export function gruBackward(f: Fields<"gruBackward">, target: Target): Phase[] {
  const sums = [["$gates", 2, 3], ["$product", 1, 1]] as const;
  return backward("gruBackward", { ...f }, sums, backwardCell, target);
}

const forwardCell = `
  let gate = $gates + row * 3 * $hidden + j;
  var product = s2;
  if ($bias >= 0) { product += at($bias + j); }
  let r = sigmoid(at(gate) + s0);
  let z = sigmoid(at(gate + $hidden) + s1);
  let n = tangent(at(gate + 2 * $hidden) + r * product);
  let last = at($h + before);
  let h = select(last, (1.0 - z) * n + z * last, on);
  put(gate, r);
  put(gate + $hidden, z);
  put(gate + 2 * $hidden, n);
  put($product + row * $hidden + j, product);
  put($h + after, h);
  if ($output >= 0) { put($output + row * $ldOutput + j, select(0.0, h, on)); }
`;

const backwardCell = `
  let gate = $gates + row * 3 * $hidden + j;
  let product = $product + row * $hidden + j;
  let r = at(gate);
  let z = at(gate + $hidden);
  let n = at(gate + 2 * $hidden);
  let dh = d + dOut;
  let dn = dh * (1.0 - z) * (1.0 - n * n);
  let dr = dn * at(product) * r * (1.0 - r);
  let dz = dh * (at($h + before) - n) * z * (1.0 - z);
  put(gate, select(0.0, dr, on));
  put(gate + $hidden, select(0.0, dz, on));
  put(gate + 2 * $hidden, select(0.0, dn, on));
  put(product, select(0.0, dn * r, on));
  put(carry, select(d, dh * z, on));
`;
