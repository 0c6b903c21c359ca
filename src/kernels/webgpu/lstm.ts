import type { Fields } from "../instructions.ts";
import { backward } from "./backward.ts";
import { forward } from "./forward.ts";
import type { Phase, Target } from "./phase.ts";

/** The phases of `lstmForward`. */
export function lstmForward(f: Fields<"lstmForward">, target: Target): Phase[] {
  return forward("lstmForward", { ...f }, 4, forwardCell, target);
}

/** The phases of `lstmBackward`. */
export function lstmBackward(f: Fields<"lstmBackward">, target: Target): Phase[] {
  return backward("lstmBackward", { ...f }, [["$gates", 4, 4]], backwardCell, target);
}

const forwardCell = `
  let gate = $gates + row * 4 * $hidden + j;
  let i = sigmoid(at(gate) + s0);
  let f = sigmoid(at(gate + $hidden) + s1);
  let g = tangent(at(gate + 2 * $hidden) + s2);
  let o = sigmoid(at(gate + 3 * $hidden) + s3);
  let last = at($c + before);
  let c = select(last, f * last + i * g, on);
  let h = select(at($h + before), o * tangent(c), on);
  put(gate, i);
  put(gate + $hidden, f);
  put(gate + 2 * $hidden, g);
  put(gate + 3 * $hidden, o);
  put($c + after, c);
  put($h + after, h);
  if ($output >= 0) { put($output + row * $ldOutput + j, select(0.0, h, on)); }
`;

const backwardCell = `
  let gate = $gates + row * 4 * $hidden + j;
  let i = at(gate);
  let f = at(gate + $hidden);
  let g = at(gate + 2 * $hidden);
  let o = at(gate + 3 * $hidden);
  let last = at($c + before);
  let squashed = tangent(at($c + after));
  let dh = d + dOut;
  let cell = $dC + b * $hidden + j;
  let dcLast = at(cell);
  let dc = dcLast + dh * o * (1.0 - squashed * squashed);
  put(gate, select(0.0, dc * g * i * (1.0 - i), on));
  put(gate + $hidden, select(0.0, dc * last * f * (1.0 - f), on));
  put(gate + 2 * $hidden, select(0.0, dc * i * (1.0 - g * g), on));
  put(gate + 3 * $hidden, select(0.0, dh * squashed * o * (1.0 - o), on));
  put(cell, select(dcLast, dc * f, on));
  put(carry, select(d, 0.0, on));
`;
