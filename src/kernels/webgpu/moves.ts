import type { Fields } from "../instructions.ts";
import { HYPER, hyperColumn } from "../hyper.ts";
import { elementwise } from "./elementwise.ts";
import type { Phase } from "./phase.ts";

/** The phases of `load`. */
export function load(f: Fields<"load">): Phase[] {
  const body = "put($to + i, at($from + step * $stride + i));";
  return [elementwise("load", { ...f }, f.count, body)];
}

/** The phases of `store`. */
export function store(f: Fields<"store">): Phase[] {
  const body = "put($to + step * $stride + i, at($from + i));";
  return [elementwise("store", { ...f }, f.count, body)];
}

/** The phases of `clear`. */
export function clear(f: Fields<"clear">): Phase[] {
  return [elementwise("clear", { ...f }, f.count, "put($to + i, 0.0);")];
}

/** The phases of `add`. */
export function add(f: Fields<"add">): Phase[] {
  return [elementwise("add", { ...f }, f.count, "put($to + i, at($to + i) + at($from + i));")];
}

/** The phases of `dropout`. */
export function dropout(f: Fields<"dropout">): Phase[] {
  const before = `
    let hyper = $hyper + (firstSlot + step) * ${HYPER.length};
    let low = u32(at(hyper + ${hyperColumn.seedLow}));
    let high = u32(at(hyper + ${hyperColumn.seedHigh}));
    let stream = bitcast<u32>($stream) * 0x9e3779b9u;
    let keep = u32($keep);
    let scale = 16777216.0 / f32(keep);
  `;
  const body = `
    let coin = mixed(mixed(mixed(u32(i) ^ stream) ^ low) ^ high) >> 8u;
    put($y + i, select(0.0, at($x + i) * scale, coin < keep));
  `;
  return [elementwise("dropout", { ...f }, f.count, body, before)];
}
