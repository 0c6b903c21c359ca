import type { Fields } from "../instructions.ts";
import { backward } from "./backward.ts";
import { forward } from "./forward.ts";
import type { Phase, Target } from "./phase.ts";

/** The phases of `rnnForward`. */
export function rnnForward(f: Fields<"rnnForward">, target: Target): Phase[] {
  return forward("rnnForward", { ...f }, 1, forwardCell, target);
}

/** The phases of `rnnBackward`. */
export function rnnBackward(f: Fields<"rnnBackward">, target: Target): Phase[] {
  return backward("rnnBackward", { ...f }, [["$gates", 1, 1]], backwardCell, target);
}

const forwardCell = `
  let sum = at($gates + row * $hidden + j) + s0;
  var value = sum;
  if ($relu == 0) { value = tangent(sum); }
  if ($relu == 1) { value = select(sum, 0.0, sum < 0.0); }
  let h = select(at($h + before), value, on);
  put($h + after, h);
  if ($output >= 0) { put($output + row * $ldOutput + j, select(0.0, h, on)); }
`;

const backwardCell = `
  let h = at($h + after);
  var gradient = d + dOut;
  if ($relu == 0) { gradient *= 1.0 - h * h; }
  if ($relu == 1) { gradient = select(gradient, 0.0, h <= 0.0); }
  put($gates + row * $hidden + j, select(0.0, gradient, on));
  put(carry, select(d, 0.0, on));
`;
