/** A microkernel: C [rows, columns] += A B, with C in registers. */
interface Microkernel {
  /** The name of the function in the assembly. */
  readonly name: string;
  readonly rows: number;
  /** The columns of C, a multiple of 8. If there are more than 8, B is stored in panels. */
  readonly columns: number;
  /** Whether A is packed in groups of rows [k][rows] and B in panels [k][8]. */
  readonly packed?: boolean;
}

const microkernels: readonly Microkernel[] = [
  { name: "tile6x8", rows: 6, columns: 8 },
  { name: "tile5x8", rows: 5, columns: 8 },
  { name: "tile4x8", rows: 4, columns: 8 },
  { name: "packed6x8", rows: 6, columns: 8, packed: true },
  { name: "tile2x16", rows: 2, columns: 16 },
  { name: "tile1x32", rows: 1, columns: 32 },
  { name: "tile1x16", rows: 1, columns: 16 },
  { name: "tile2x8", rows: 2, columns: 8 },
  { name: "tile1x8", rows: 1, columns: 8 },
];

/**
 * Returns the AssemblyScript of the microkernels: products whose loops over rows and columns are
 * unrolled, since the registers must have names.
 */
export function assemblyMicrokernels(): string {
  const header = `/**
 * Microkernels: C [rows, columns] += A B, with C in registers. Every number of C is the sum over k
 * in order, so it does not depend on which microkernel computes it. k is at least 1.
 *
 * Strides are in bytes: \`ars\` between rows of A, \`acs\` between columns of A, \`bs\` between rows of a
 * panel of B (8 columns), \`ps\` between panels, \`cs\` between rows of C. \`width\` is the number of
 * columns of C, if it is below 8; the other columns are computed from unrelated memory and dropped.
 *
 * Written by \`deno task wasm\`, from tools/microkernels.ts.
 *
 * @module
 */
import { madd, put8 } from "./simd";
`;
  return [header, ...microkernels.map(assemblyOf)].join("\n");
}

function assemblyOf(kernel: Microkernel): string {
  const { name, rows, columns, packed } = kernel;
  const wide = columns > 8;
  const strided = rows > 1 || !wide;
  const parameters = [
    ...["a: usize", ...(packed ? [] : [...(strided ? ["ars: usize"] : []), "acs: usize"])],
    ...["b: usize", ...(packed ? [] : ["bs: usize"]), ...(wide ? ["ps: usize"] : [])],
    ...["c: usize", ...(strided ? ["cs: usize"] : []), "k: i32", ...(wide ? [] : ["width: i32"])],
  ];
  const lines = [
    `/** C [${rows}, ${columns}] += A B${packed ? ", packed: only two pointers move" : ""}. */`,
    `export function ${name}(${parameters.join(", ")}): void {`,
    ...pointers(kernel),
    ...range(rows).map((r) => `let ${pairs(columns, (v) => `${sum(r, v)} = ${load(row(r), v)}`)};`),
    "for (; k > 0; k--) {",
    ...(columns === 8 ? byRows(kernel) : byVectors(kernel)),
    "}",
    ...stores(kernel),
  ];
  return `${indented(lines).join("\n")}\n}\n`;
}

/** The addresses of the panels of B, and of the rows of A and C. */
function pointers({ rows, columns, packed }: Microkernel): string[] {
  return [
    ...range(columns / 8).slice(1).map((p) => `let ${panel(p)} = ${panel(p - 1)} + ps;`),
    ...range(rows).slice(1).flatMap((r) => [
      ...(packed ? [] : [`let ${rowOfA(r)} = ${rowOfA(r - 1)} + ars;`]),
      `const ${row(r)} = ${row(r - 1)} + cs;`,
    ]),
  ];
}

/**
 * Returns a step over k for 8 columns: it loads a row of B into two registers, and then each number
 * of A.
 */
function byRows({ rows, packed }: Microkernel): string[] {
  return [
    "const b0 = v128.load(b), b1 = v128.load(b, 16);",
    ...range(rows).flatMap((r) => [
      `${r === 0 ? "let " : ""}x = v128.load32_splat(${packed ? `a, ${4 * r}` : rowOfA(r)});`,
      ...range(2).map((v) => `${sum(r, v)} = madd(x, b${v}, ${sum(r, v)});`),
      ...(packed ? [] : [`${rowOfA(r)} += acs;`]),
    ]),
    ...(packed ? [`a += ${4 * rows};`, "b += 32;"] : ["b += bs;"]),
  ];
}

/**
 * Returns a step over k for several panels: it loads the numbers of A into registers, and then each
 * vector of B.
 */
function byVectors({ rows, columns }: Microkernel): string[] {
  return [
    ...range(rows).map((r) => `const x${r} = v128.load32_splat(${rowOfA(r)});`),
    ...range(columns / 4).flatMap((v) => [
      `${v === 0 ? "let " : ""}w = ${load(panel(v >> 1), v % 2)};`,
      ...range(rows).map((r) => `${sum(r, v)} = madd(x${r}, w, ${sum(r, v)});`),
    ]),
    ...range(columns / 8).map((p) => `${panel(p)} += bs;`),
    ...range(rows).map((r) => `${rowOfA(r)} += acs;`),
  ];
}

/** Returns the code that stores C. With 8 columns, some of them may not exist. */
function stores({ rows, columns }: Microkernel): string[] {
  const all = range(rows).flatMap((r) =>
    range(columns / 4).map((v) => `v128.store(${row(r)}, ${sum(r, v)}${offset(v)});`)
  );
  if (columns > 8) return all;
  const some = range(rows).map((r) => `put8(${row(r)}, ${sum(r, 0)}, ${sum(r, 1)}, width);`);
  return ["if (width >= 8) {", ...all, "} else {", ...some, "}"];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function sum(row: number, vector: number): string {
  return `c${row}${vector}`;
}

function row(r: number): string {
  return r === 0 ? "c" : `r${r}`;
}

function rowOfA(r: number): string {
  return r === 0 ? "a" : `a${r}`;
}

function panel(p: number): string {
  return p === 0 ? "b" : `p${p}`;
}

function offset(vector: number): string {
  return vector === 0 ? "" : `, ${16 * vector}`;
}

function load(address: string, vector: number): string {
  return `v128.load(${address}${offset(vector)})`;
}

function pairs(columns: number, part: (vector: number) => string): string {
  return range(columns / 4).map(part).join(", ");
}

/** Indents lines by the number of open braces. */
function indented(lines: readonly string[]): string[] {
  let depth = 0;
  return lines.map((line) => {
    if (line.startsWith("}")) depth--;
    const text = "  ".repeat(depth) + line;
    if (line.endsWith("{")) depth++;
    return text;
  });
}
