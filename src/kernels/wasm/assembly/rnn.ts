/**
 * The instructions `rnnForward` and `rnnBackward`.
 *
 * @module
 */
import { ONE } from "./constants";
import * as f from "./instructions";
import { tanh } from "./math";
import { all, copy, nmadd, put, zero } from "./simd";
import { address } from "./team";
import * as scan from "./scan";

/** The instruction `rnnForward`. */
export function rnnForward(pc: usize): void {
  const hidden = load<i32>(pc, f.RNN_FORWARD_HIDDEN);
  scan.beginForward(pc, load<i32>(pc, f.RNN_FORWARD_WEIGHT), hidden, hidden);
  const batch = scan.batch;
  const kind = load<i32>(pc, f.RNN_FORWARD_RELU);
  const h = load<i32>(pc, f.RNN_FORWARD_H);
  const mask = load<i32>(pc, f.RNN_FORWARD_MASK);
  const output = load<i32>(pc, f.RNN_FORWARD_OUTPUT);
  const ldOutput = load<i32>(pc, f.RNN_FORWARD_LD_OUTPUT);
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.RNN_FORWARD_GATES));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, false);
    const hBefore = scan.stateAt(h, scan.before(t));
    const hAfter = scan.stateAt(h, scan.after(t));
    const now = gates + ld * (t * batch);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const at = first + ld * e;
      copy(hAfter + at, now + at, n);
    }
    scan.addRecurrent(hBefore, hAfter, ld, 0, 1);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      const out = output < 0 ? 0 : address(output + row * ldOutput) + first;
      if (scan.counts(mask, row)) activate(n, kind, hAfter + at, out);
      else {
        copy(hAfter + at, hBefore + at, n);
        if (out != 0) zero(out, n);
      }
    }
    scan.endStep();
  }
}

function activate(n: i32, kind: i32, h: usize, out: usize): void {
  for (; n > 0; n -= 4) {
    let value = v128.load(h);
    if (kind == 0) value = tanh(value);
    else if (kind == 1) value = f32x4.pmax(value, all(0));
    put(h, value, n);
    h += 16;
    if (out == 0) continue;
    put(out, value, n);
    out += 16;
  }
}

/** The instruction `rnnBackward`. */
export function rnnBackward(pc: usize): void {
  const hidden = load<i32>(pc, f.RNN_BACKWARD_HIDDEN);
  scan.beginBackward(pc, load<i32>(pc, f.RNN_BACKWARD_WEIGHT), hidden, hidden);
  const batch = scan.batch;
  const kind = load<i32>(pc, f.RNN_BACKWARD_RELU);
  const h = load<i32>(pc, f.RNN_BACKWARD_H);
  const mask = load<i32>(pc, f.RNN_BACKWARD_MASK);
  const dOutput = load<i32>(pc, f.RNN_BACKWARD_D_OUTPUT);
  const ldOutput = load<i32>(pc, f.RNN_BACKWARD_LD_OUTPUT);
  const dH = address(load<i32>(pc, f.RNN_BACKWARD_D_H));
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.RNN_BACKWARD_GATES));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, true);
    const hAfter = scan.stateAt(h, scan.after(t));
    const now = gates + ld * (t * batch);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      if (scan.counts(mask, row)) {
        const d = dOutput < 0 ? 0 : address(dOutput + row * ldOutput) + first;
        differentiate(n, kind, now + at, hAfter + at, d, dH + at);
      } else zero(now + at, n);
    }
    scan.endStep();
    scan.addRecurrentGradient(now, ld, dH, 0, hidden);
  }
}

/** Writes the gradients before the activation, and sets dH to 0 for the sum of the recurrence. */
function differentiate(
  n: i32,
  kind: i32,
  gates: usize,
  hAfter: usize,
  dOutput: usize,
  dH: usize,
): void {
  for (; n > 0; n -= 4) {
    const h = v128.load(hAfter);
    let d = v128.load(dH);
    if (dOutput != 0) {
      d = f32x4.add(d, v128.load(dOutput));
      dOutput += 16;
    }
    if (kind == 0) d = f32x4.mul(d, nmadd(h, h, ONE));
    // Comparisons with NaN are false: if the state is NaN, the gradient is not changed.
    else if (kind == 1) d = v128.andnot(d, f32x4.le(h, all(0)));
    put(gates, d, n);
    put(dH, all(0), n);
    gates += 16;
    hAfter += 16;
    dH += 16;
  }
}
