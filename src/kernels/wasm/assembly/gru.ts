/**
 * The instructions `gruForward` and `gruBackward`.
 *
 * @module
 */
import { ONE } from "./constants";
import * as f from "./instructions";
import { sigmoid, tanh } from "./math";
import { all, copy, madd, nmadd, put, zero } from "./simd";
import { address } from "./team";
import * as scan from "./scan";

/** The instruction `gruForward`. */
export function gruForward(pc: usize): void {
  const hidden = load<i32>(pc, f.GRU_FORWARD_HIDDEN);
  scan.beginForward(pc, load<i32>(pc, f.GRU_FORWARD_WEIGHT), 3 * hidden, 2 * hidden);
  const batch = scan.batch;
  const bias = load<i32>(pc, f.GRU_FORWARD_BIAS);
  const h = load<i32>(pc, f.GRU_FORWARD_H);
  const mask = load<i32>(pc, f.GRU_FORWARD_MASK);
  const output = load<i32>(pc, f.GRU_FORWARD_OUTPUT);
  const ldOutput = load<i32>(pc, f.GRU_FORWARD_LD_OUTPUT);
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.GRU_FORWARD_GATES));
  const recurrentCandidates = address(load<i32>(pc, f.GRU_FORWARD_RECURRENT_CANDIDATE));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, false);
    const hBefore = scan.stateAt(h, scan.before(t));
    const hAfter = scan.stateAt(h, scan.after(t));
    const now = gates + ld * 3 * (t * batch);
    const recurrent = recurrentCandidates + ld * (t * batch);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const at = first + ld * e;
      if (bias < 0) zero(recurrent + at, n);
      else copy(recurrent + at, address(bias) + first, n);
    }
    scan.addRecurrent(hBefore, now, ld * 3, 0, 2);
    scan.addRecurrent(hBefore, recurrent, ld, 2 * hidden, 1);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      const counts = scan.counts(mask, row);
      const out = output < 0 ? 0 : address(output + row * ldOutput) + first;
      const here = now + ld * 3 * e + first;
      activate(n, here, ld, recurrent + at, hBefore + at, hAfter + at, counts ? out : 0);
      if (counts) continue;
      copy(hAfter + at, hBefore + at, n);
      if (out != 0) zero(out, n);
    }
    scan.endStep();
  }
}

/** Activates the gates of one example and step, and writes the state. */
function activate(
  n: i32,
  gates: usize,
  ld: usize,
  recurrent: usize,
  hBefore: usize,
  hAfter: usize,
  out: usize,
): void {
  const updates = gates + ld, candidates = updates + ld;
  let p: usize = 0;
  for (; n > 0; n -= 4) {
    const r = sigmoid(v128.load(gates + p));
    const z = sigmoid(v128.load(updates + p));
    const sum = madd(r, v128.load(recurrent + p), v128.load(candidates + p));
    const candidate = tanh(sum);
    const last = v128.load(hBefore + p);
    const h = madd(z, last, f32x4.mul(f32x4.sub(ONE, z), candidate));
    put(gates + p, r, n);
    put(updates + p, z, n);
    put(candidates + p, candidate, n);
    put(hAfter + p, h, n);
    if (out != 0) put(out + p, h, n);
    p += 16;
  }
}

/** The instruction `gruBackward`. */
export function gruBackward(pc: usize): void {
  const hidden = load<i32>(pc, f.GRU_BACKWARD_HIDDEN);
  scan.beginBackward(pc, load<i32>(pc, f.GRU_BACKWARD_WEIGHT), 3 * hidden, 2 * hidden);
  const batch = scan.batch;
  const h = load<i32>(pc, f.GRU_BACKWARD_H);
  const mask = load<i32>(pc, f.GRU_BACKWARD_MASK);
  const dOutput = load<i32>(pc, f.GRU_BACKWARD_D_OUTPUT);
  const ldOutput = load<i32>(pc, f.GRU_BACKWARD_LD_OUTPUT);
  const dH = address(load<i32>(pc, f.GRU_BACKWARD_D_H));
  const ld: usize = hidden << 2;
  const gates = address(load<i32>(pc, f.GRU_BACKWARD_GATES));
  const recurrentCandidates = address(load<i32>(pc, f.GRU_BACKWARD_RECURRENT_CANDIDATE));
  const first: usize = scan.unit << 2;
  const n = scan.unitEnd - scan.unit;
  for (let s = 0; s < scan.steps; s++) {
    const t = scan.stepAt(s, true);
    const hBefore = scan.stateAt(h, scan.before(t));
    const now = gates + ld * 3 * (t * batch);
    const recurrent = recurrentCandidates + ld * (t * batch);
    for (let e = scan.example; e < scan.exampleEnd; e++) {
      const row = t * batch + e;
      const at = first + ld * e;
      const here = now + ld * 3 * e + first;
      if (scan.counts(mask, row)) {
        const d = dOutput < 0 ? 0 : address(dOutput + row * ldOutput) + first;
        differentiate(n, here, ld, recurrent + at, hBefore + at, d, dH + at);
      } else {
        for (let gate = 0; gate < 3; gate++) zero(here + ld * gate, n);
        zero(recurrent + at, n);
      }
    }
    scan.endStep();
    scan.addRecurrentGradient(now, ld * 3, dH, 0, 2 * hidden);
    scan.addRecurrentGradient(recurrent, ld, dH, 2 * hidden, 3 * hidden);
  }
}

/**
 * Overwrites the gates and recurrent candidate of one step with gradients; starts the sum in dH.
 */
function differentiate(
  n: i32,
  gates: usize,
  ld: usize,
  recurrent: usize,
  hBefore: usize,
  dOutput: usize,
  dH: usize,
): void {
  const updates = gates + ld, candidates = updates + ld;
  let p: usize = 0;
  for (; n > 0; n -= 4) {
    const r = v128.load(gates + p);
    const z = v128.load(updates + p);
    const candidate = v128.load(candidates + p);
    let dh = v128.load(dH + p);
    if (dOutput != 0) dh = f32x4.add(dh, v128.load(dOutput + p));
    const rest = f32x4.sub(ONE, z);
    const dn = f32x4.mul(f32x4.mul(dh, rest), nmadd(candidate, candidate, ONE));
    const dr = f32x4.mul(
      f32x4.mul(dn, v128.load(recurrent + p)),
      f32x4.mul(r, f32x4.sub(ONE, r)),
    );
    const change = f32x4.sub(v128.load(hBefore + p), candidate);
    const dz = f32x4.mul(f32x4.mul(dh, change), f32x4.mul(z, rest));
    put(gates + p, dr, n);
    put(updates + p, dz, n);
    put(candidates + p, dn, n);
    put(recurrent + p, f32x4.mul(dn, r), n);
    put(dH + p, f32x4.mul(dh, z), n);
    p += 16;
  }
}
