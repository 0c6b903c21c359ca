import type { Fields } from "../instructions.ts";
import { elementwise } from "./elementwise.ts";
import type { Phase, Target } from "./phase.ts";

/** The phases of `embedding`. */
export function embedding(f: Fields<"embedding">): Phase[] {
  const body = `
    let id = i32(at($ids + i / $width));
    put($output + i, at($table + id * $width + i % $width));
  `;
  return [elementwise("embedding", { ...f }, f.rows * f.width, body)];
}

/** Comparisons above which a search of all rows for every number of the table is too much. */
const mostComparisons = 2 ** 30;

/**
 * The phases of `embeddingGradient`, both in the order of rows: a hardware adapter searches the
 * rows for every number of the table; a software one walks them once for every column.
 */
export function embeddingGradient(f: Fields<"embeddingGradient">, target: Target): Phase[] {
  const numbers = f.vocabulary * f.width;
  if (!target.software && numbers * f.rows <= mostComparisons) return [search(f, numbers)];
  const clear = elementwise("clearTable", { ...f }, numbers, "put($dTable + i, 0.0);");
  const columns: Phase[] = [];
  const most = target.turns - 10;
  for (let first = 0; first < f.rows; first += most) {
    const last = Math.min(f.rows, first + most);
    columns.push(column({ ...f, first, last }));
  }
  return [clear, ...columns];
}

function column(fields: Fields<"embeddingGradient"> & { first: number; last: number }): Phase {
  return {
    name: "embeddingColumn",
    body: `
      for (var i = $first; i < bound($last); i++) {
        let id = i32(at($ids + i));
        let to = $dTable + id * $width + item;
        if (id != $padding) { put(to, at(to) + at($gradient + i * $width + item)); }
      }
    `,
    fields,
    items: fields.width,
    turns: fields.last - fields.first + 2,
  };
}

function search(f: Fields<"embeddingGradient">, numbers: number): Phase {
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
  return { name: "embeddingSearch", body, fields: { ...f }, items: numbers, turns: f.rows + 2 };
}
