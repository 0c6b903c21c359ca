/**
 * The instructions that move numbers: `gather`, `load`, `store`, `copyRows`, `clear`,
 * `add` and `dropout`.
 *
 * @module
 */
import { type Fields, HYPER, hyperColumn } from "../instructions.ts";
import { elementwise, type Phase, type Target } from "./phase.ts";

/** Returns the phases of `gather`. */
export function gather(f: Fields<"gather">): Phase[] {
  const body = `
    let id = i32(at($ids + i / $width));
    put($output + i, at($table + id * $width + i % $width));
  `;
  return [elementwise("gather", { ...f }, f.rows * f.width, body)];
}

/** The largest number of comparisons with which every number of the table may search all rows. */
const MAX_COMPARISONS = 2 ** 30;

/**
 * Returns the phases of `gatherGradient`. On a hardware adapter each number of the table searches
 * all rows; on a software adapter each column of the table goes through the rows once. Both add in
 * the order of the rows.
 */
export function gatherGradient(f: Fields<"gatherGradient">, target: Target): Phase[] {
  const numbers = f.vocabulary * f.width;
  if (!target.software && numbers * f.rows <= MAX_COMPARISONS) return [search(f, numbers)];
  const clear = elementwise("clearTable", { ...f }, numbers, "put($dTable + i, 0.0);");
  const columns: Phase[] = [];
  const maxRows = target.iterations - 10;
  for (let first = 0; first < f.rows; first += maxRows) {
    const last = Math.min(f.rows, first + maxRows);
    columns.push(column({ ...f, first, last }));
  }
  return [clear, ...columns];
}

function column(fields: Fields<"gatherGradient"> & { first: number; last: number }): Phase {
  return {
    name: "gatherGradientColumn",
    body: `
      for (var i = $first; i < bound($last); i++) {
        let id = i32(at($ids + i));
        let to = $dTable + id * $width + item;
        if (id != $padding) { put(to, at(to) + at($gradient + i * $width + item)); }
      }
    `,
    fields,
    items: fields.width,
    iterations: fields.last - fields.first + 2,
  };
}

function search(f: Fields<"gatherGradient">, numbers: number): Phase {
  const body = `
    let id = item / $width;
    var sum = 0.0;
    if (id != $padding) {
      for (var i = 0; i < bound($rows); i++) {
        if (i32(at($ids + i)) == id) { sum += at($gradient + i * $width + item % $width); }
      }
    }
    put($dTable + item, sum);
  `;
  return {
    name: "gatherGradientSearch",
    body,
    fields: { ...f },
    items: numbers,
    iterations: f.rows + 2,
  };
}

/** Returns the phases of `load`. */
export function load(f: Fields<"load">): Phase[] {
  const body = "put($to + i, at($from + step * $stride + i));";
  return [elementwise("load", { ...f }, f.count, body)];
}

/** Returns the phases of `store`. */
export function store(f: Fields<"store">): Phase[] {
  const body = "put($to + step * $stride + i, at($from + i));";
  return [elementwise("store", { ...f }, f.count, body)];
}

/** Returns the phases of `copyRows`. */
export function copyRows(f: Fields<"copyRows">): Phase[] {
  const body = `
    let row = i / $width;
    let column = i % $width;
    put($to + row * $ldTo + column, at($from + row * $ldFrom + column));
  `;
  return [elementwise("copyRows", { ...f }, f.rows * f.width, body)];
}

/** Returns the phases of `clear`. */
export function clear(f: Fields<"clear">): Phase[] {
  return [elementwise("clear", { ...f }, f.count, "put($to + i, 0.0);")];
}

/** Returns the phases of `add`. */
export function add(f: Fields<"add">): Phase[] {
  return [elementwise("add", { ...f }, f.count, "put($to + i, at($to + i) + at($from + i));")];
}

/** Returns the phases of `dropout`. */
export function dropout(f: Fields<"dropout">): Phase[] {
  const before = `
    let hyper = $hyper + (baseRow + step) * ${HYPER.length};
    let low = u32(at(hyper + ${hyperColumn.seedLow}));
    let high = u32(at(hyper + ${hyperColumn.seedHigh}));
    let stream = bitcast<u32>($stream) * 0x9e3779b9u;
    let keep = u32($keep);
    let scale = 16777216.0 / f32(keep);
  `;
  const body = `
    let bits = mixed(mixed(mixed(u32(i) ^ stream) ^ low) ^ high) >> 8u;
    put($y + i, select(0.0, at($x + i) * scale, bits < keep));
  `;
  return [elementwise("dropout", { ...f }, f.count, body, before)];
}
