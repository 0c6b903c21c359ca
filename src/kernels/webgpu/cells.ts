/**
 * The recurrent cells, as WGSL for one unit of one example at one step.
 *
 * @module
 */
import { cells } from "../cells.ts";
import type { Fields } from "../instructions.ts";
import type { Phase, Target } from "./phase.ts";
import { backwardScan, forwardScan } from "./recurrence.ts";

/** Returns the phases of `rnnForward`. */
export function rnnForward(f: Fields<"rnnForward">, target: Target): Phase[] {
  return forwardScan("rnnForward", { ...f }, cells.rnn_tanh.gates.length, rnnForwardCell, target);
}

/** Returns the phases of `rnnBackward`. */
export function rnnBackward(f: Fields<"rnnBackward">, target: Target): Phase[] {
  return backwardScan("rnnBackward", { ...f }, [["$gates", 1, 1]], rnnBackwardCell, target);
}

const rnnForwardCell = `
  let sum = at($gates + row * $hidden + j) + s0;
  var value = sum;
  if ($relu == 0) { value = tangent(sum); }
  if ($relu == 1) { value = select(sum, 0.0, sum < 0.0); }
  let h = select(at($h + before), value, on);
  put($h + after, h);
  if ($output >= 0) { put($output + row * $ldOutput + j, select(0.0, h, on)); }
`;

const rnnBackwardCell = `
  let h = at($h + after);
  var gradient = d + dOut;
  if ($relu == 0) { gradient *= 1.0 - h * h; }
  if ($relu == 1) { gradient = select(gradient, 0.0, h <= 0.0); }
  put($gates + row * $hidden + j, select(0.0, gradient, on));
  put(carry, select(d, 0.0, on));
`;

/** Returns the phases of `lstmForward`. */
export function lstmForward(f: Fields<"lstmForward">, target: Target): Phase[] {
  return forwardScan("lstmForward", { ...f }, cells.lstm.gates.length, lstmForwardCell, target);
}

/** Returns the phases of `lstmBackward`. */
export function lstmBackward(f: Fields<"lstmBackward">, target: Target): Phase[] {
  return backwardScan("lstmBackward", { ...f }, [["$gates", 4, 4]], lstmBackwardCell, target);
}

const lstmForwardCell = `
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

const lstmBackwardCell = `
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

/** Returns the phases of `gruForward`. */
export function gruForward(f: Fields<"gruForward">, target: Target): Phase[] {
  return forwardScan("gruForward", { ...f }, cells.gru.gates.length, gruForwardCell, target);
}

/** Returns the phases of `gruBackward`. */
export function gruBackward(f: Fields<"gruBackward">, target: Target): Phase[] {
  const sums = [["$gates", 2, 3], ["$recurrentCandidate", 1, 1]] as const;
  return backwardScan("gruBackward", { ...f }, sums, gruBackwardCell, target);
}

const gruForwardCell = `
  let gate = $gates + row * 3 * $hidden + j;
  var candidate = s2;
  if ($bias >= 0) { candidate += at($bias + j); }
  let r = sigmoid(at(gate) + s0);
  let z = sigmoid(at(gate + $hidden) + s1);
  let n = tangent(at(gate + 2 * $hidden) + r * candidate);
  let last = at($h + before);
  let h = select(last, (1.0 - z) * n + z * last, on);
  put(gate, r);
  put(gate + $hidden, z);
  put(gate + 2 * $hidden, n);
  put($recurrentCandidate + row * $hidden + j, candidate);
  put($h + after, h);
  if ($output >= 0) { put($output + row * $ldOutput + j, select(0.0, h, on)); }
`;

const gruBackwardCell = `
  let gate = $gates + row * 3 * $hidden + j;
  let candidate = $recurrentCandidate + row * $hidden + j;
  let r = at(gate);
  let z = at(gate + $hidden);
  let n = at(gate + 2 * $hidden);
  let dh = d + dOut;
  let dn = dh * (1.0 - z) * (1.0 - n * n);
  let dr = dn * at(candidate) * r * (1.0 - r);
  let dz = dh * (at($h + before) - n) * z * (1.0 - z);
  put(gate, select(0.0, dr, on));
  put(gate + $hidden, select(0.0, dz, on));
  put(gate + 2 * $hidden, select(0.0, dn, on));
  put(candidate, select(0.0, dn * r, on));
  put(carry, select(d, dh * z, on));
`;
