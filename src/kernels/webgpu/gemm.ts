/**
 * The instructions `gemm` and `columnSum`.
 *
 * @module
 */
import type { Fields } from "../instructions.ts";
import { type Phase, type Target, type Tiled, unrolled } from "./phase.ts";

/**
 * Returns the phases of `gemm`. Each item has a tile of C in registers and needs no barrier, which
 * is fast on a software adapter and for small products. With many workgroups on a hardware adapter,
 * tiles of A and B are loaded into workgroup memory.
 */
export function gemm(f: Fields<"gemm">, target: Target): Phase[] {
  const [tileRows, tileColumns] = tileOf(f, target);
  const unroll = target.software ? 1 : Math.max(1, Math.min(4, 32 / (tileRows * tileColumns)));
  const maxTerms = Math.max(unroll, Math.floor(target.iterations / 4) * unroll);
  const phases: Phase[] = [];
  for (let first = 0; first === 0 || first < f.k; first += maxTerms) {
    const part = first === 0
      ? { ...f, k: Math.min(f.k, maxTerms) }
      : { ...f, accumulate: 1, bias: -1, bias2: -1, k: Math.min(f.k - first, maxTerms) };
    const fields = {
      ...part,
      a: f.a + first * (f.transposeA ? f.lda : 1),
      b: f.b + first * (f.transposeB ? 1 : f.ldb),
      ...columnsOf(f.n, tileColumns, target),
    };
    const tiled = target.software || target.lanes > 0 ? undefined : tiledGemm(fields);
    phases.push({
      name: `gemm${tileRows}x${tileColumns}`,
      body: body(tileRows, tileColumns, unroll, fields),
      fields,
      items: Math.ceil(f.m / tileRows) * fields.across,
      iterations: Math.ceil(fields.k / unroll) + unroll + 4,
      ...(tiled && { tiled }),
    });
  }
  return phases;
}

/** Returns the largest tile with which every lane has work. */
function tileOf({ m, n }: { m: number; n: number }, target: Target): readonly [number, number] {
  const lanes = target.lanes || (target.software ? 32 : 4096);
  const sizes = [[8, 8], [4, 8], [4, 4], [2, 4], [2, 2], [1, 4], [1, 2]] as const;
  for (const [rows, columns] of sizes) {
    if (rows > m || columns > n || (rows * columns > 16 && target.lanes > 0)) continue;
    if (Math.ceil(m / rows) * Math.ceil(n / columns) >= lanes) return [rows, columns];
  }
  return [1, 1];
}

/**
 * Returns the number of tiles in a row, `across`, and the distance between the columns of a tile,
 * `apart`. The columns are apart so that neighbouring lanes read neighbouring numbers. On a GPU,
 * all lanes of a row are neighbours in this sense. On a processor, only the lanes of one vector
 * are, so that the columns of B that are read stay in the cache.
 */
function columnsOf(
  n: number,
  columns: number,
  { software }: Target,
): { across: number; apart: number } {
  const across = Math.ceil(n / columns);
  if (!software || n < 256) return { across, apart: across };
  return { across: Math.ceil(across / 8) * 8, apart: 8 };
}

function body(
  rows: number,
  columns: number,
  unroll: number,
  f: Fields<"gemm"> & { readonly across: number },
): string {
  const { transposeA, transposeB } = f;
  const product = `
    ${unrolled(rows, (r) => `let x${r} = at(a${r}${transposeA ? "" : ` + k`});`)}
    ${unrolled(columns, (c) => `let y${c} = at(b${c}${transposeB ? " + k" : ""});`)}
    ${grid(rows, columns, (r, c) => `s${r}_${c} += x${r} * y${c};`)}
    ${transposeA ? unrolled(rows, (r) => `a${r} += $lda;`) : ""}
    ${transposeB ? "" : unrolled(columns, (c) => `b${c} += $ldb;`)}
    k++;
  `;
  return `
    let row = item / $across * ${rows};
    let tile = item % $across;
    let column = tile / $apart * $apart * ${columns} + tile % $apart;
    ${
    unrolled(rows, (r) => {
      const i = `min(row + ${r}, $m - 1)`;
      return transposeA ? `var a${r} = $a + ${i};` : `let a${r} = $a + ${i} * $lda;`;
    })
  }
    ${
    unrolled(columns, (c) => {
      const j = `min(column + ${c} * $apart, $n - 1)`;
      return transposeB ? `let b${c} = $b + ${j} * $ldb;` : `var b${c} = $b + ${j};`;
    })
  }
    ${grid(rows, columns, (r, c) => `var s${r}_${c} = 0.0;`)}
    var k = 0;
    ${
    unroll > 1
      ? `while (k <= bound($k) - ${unroll}) { ${unrolled(unroll, () => `{${product}}`)} }`
      : ""
  }
    while (k < bound($k)) { ${product} }
    ${
    writeTile(
      f,
      Array.from({ length: rows }, (_, r) => `row + ${r}`),
      Array.from({ length: columns }, (_, c) => `column + ${c} * $apart`),
      [f.m % rows > 0, f.across * columns > f.n],
    )
  }
  `;
}

function grid(rows: number, columns: number, part: (r: number, c: number) => string): string {
  return unrolled(rows, (r) => unrolled(columns, (c) => part(r, c)));
}

/** The columns of A and rows of B that are in workgroup memory at a time. */
const slab = 16;

/** The number of larger tiles that fill a large GPU. */
const FULL_GPU = 128;

/**
 * Returns a product by workgroups of 16 x 16 lanes. Slabs of A and B are loaded into workgroup
 * memory along the rows in which they are stored. Each lane computes 4 x 4 numbers, or 2 x 2 if
 * there would be few tiles.
 *
 * @returns `undefined` if a dimension is too small for a tile.
 */
function tiledGemm(f: Fields<"gemm">): Tiled | undefined {
  const { m, n, k } = f;
  if (m < 16 || n < 16 || k < 4) return undefined;
  const each = Math.ceil(m / 64) * Math.ceil(n / 64) >= FULL_GPU ? 4 : 2;
  const size = 16 * each;
  const groups = [Math.ceil(n / size), Math.ceil(m / size)] as const;
  if (Math.max(...groups) > 65535) return undefined;
  return {
    declarations: `
      var<workgroup> slabA: array<f32, ${slab * (size + 1)}>;
      var<workgroup> slabB: array<f32, ${slab * (size + 1)}>;
    `,
    body: tiledBody(size, each, f),
    groups,
  };
}

function tiledBody(size: number, each: number, f: Fields<"gemm">): string {
  const [transposeA, transposeB] = [f.transposeA === 1, f.transposeB === 1];
  const grid = (part: (r: number, c: number) => string): string =>
    unrolled(each, (r) => unrolled(each, (c) => part(r, c)));
  // A column of the slab is one number longer than the tile, to avoid bank conflicts.
  return `
    let lane = i32(localIndex);
    let firstRow = i32(workgroupId.y) * ${size};
    let firstColumn = i32(workgroupId.x) * ${size};
    let across = lane % 16;
    let down = lane / 16;
    ${grid((r, c) => `var s${r}_${c} = 0.0;`)}
    for (var start = 0; start < $k; start += ${slab}) {
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${slabEntry(transposeA, size, "i", "k")}
        let inside = firstRow + i < $m && start + k < $k;
        let source = ${
    transposeA ? "(start + k) * $lda + firstRow + i" : "(firstRow + i) * $lda + start + k"
  };
        slabA[k * ${size + 1} + i] = select(0.0, at($a + select(0, source, inside)), inside);
      }
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${slabEntry(!transposeB, size, "j", "k")}
        let inside = firstColumn + j < $n && start + k < $k;
        let source = ${
    transposeB ? "(firstColumn + j) * $ldb + start + k" : "(start + k) * $ldb + firstColumn + j"
  };
        slabB[k * ${size + 1} + j] = select(0.0, at($b + select(0, source, inside)), inside);
      }
      workgroupBarrier();
      for (var k = 0; k < ${slab}; k++) {
        ${unrolled(each, (r) => `let x${r} = slabA[k * ${size + 1} + down + ${r * 16}];`)}
        ${unrolled(each, (c) => `let y${c} = slabB[k * ${size + 1} + across + ${c * 16}];`)}
        ${grid((r, c) => `s${r}_${c} += x${r} * y${c};`)}
      }
      workgroupBarrier();
    }
    ${
    writeTile(
      f,
      Array.from({ length: each }, (_, r) => `firstRow + down + ${r * 16}`),
      Array.from({ length: each }, (_, c) => `firstColumn + across + ${c * 16}`),
      [true, true],
    )
  }
  `;
}

/** Returns WGSL of the indices of entry `e` of a slab, counted as the matrix is stored. */
function slabEntry(alongTile: boolean, size: number, tile: string, inner: string): string {
  const [fast, slow, length] = alongTile ? [tile, inner, size] : [inner, tile, slab];
  return `let ${fast} = e % ${length}; let ${slow} = e / ${length};`;
}

/** The fields of a product that the code for writing C depends on. */
interface Written {
  readonly accumulate: number;
  readonly bias: number;
  readonly bias2: number;
}

/**
 * Returns WGSL that writes the sums `s0_0`, `s0_1`, ... of a tile to C.
 *
 * @param f The product. The code has only the biases that the product has.
 * @param rows WGSL of the row of C, for each row of the tile.
 * @param columns WGSL of the column of C, for each column of the tile.
 * @param edges Whether rows and columns may be outside C.
 */
function writeTile(
  f: Written,
  rows: readonly string[],
  columns: readonly string[],
  edges: readonly [rows: boolean, columns: boolean],
): string {
  const guards = [edges[0] ? "i < $m" : "", edges[1] ? "j < $n" : ""].filter((text) => text !== "");
  const second = "select(0.0, at($bias2 + min(j, $bias2Count - 1)), j < $bias2Count)";
  const biases = (c: number): string => `
    let j = ${columns[c]};
    ${f.bias >= 0 ? "let bias = at($bias + j);" : ""}
    ${f.bias2 >= 0 ? `let bias2 = ${second};` : ""}
  `;
  return unrolled(columns.length, (c) =>
    `{
    ${biases(c)}
    ${
      unrolled(rows.length, (r) =>
        `{
      let i = ${rows[r]};
      let c = $c + i * $ldc + j;
      ${guards.length > 0 ? `if (${guards.map((guard) => `(${guard})`).join(" & ")})` : ""} {
        put(c, s${r}_${c}${f.accumulate === 1 ? " + at(c)" : ""}
          ${f.bias >= 0 ? " + bias" : ""}${f.bias2 >= 0 ? " + bias2" : ""});
      }
    }`)
    }
  }`);
}

/** Returns the phases of `columnSum`: sums of chunks of rows first if there are many rows. */
export function columnSum(f: Fields<"columnSum">, { scratch }: Target): Phase[] {
  const chunks = f.rows <= 32 ? 1 : Math.min(256, Math.ceil(f.rows / 16));
  const parts = chunks === 1 ? -1 : scratch.allocate(chunks * f.columns);
  const sum: Phase = {
    name: "columnSum",
    body: `
      let column = item % $columns;
      var sum = 0.0;
      for (var i = item / $columns; i < bound($rows); i += $chunks) { sum += at($a + i * $lda + column); }
      if ($parts >= 0) {
        put($parts + item, sum);
      } else {
        if ($accumulate == 1) { sum += at($out + column); }
        put($out + column, sum);
      }
    `,
    fields: { ...f, chunks, parts },
    items: chunks * f.columns,
    iterations: Math.ceil(f.rows / chunks) + 2,
  };
  if (chunks === 1) return [sum];
  const rest = { rows: chunks, columns: f.columns, lda: f.columns, a: parts, chunks: 1, parts: -1 };
  const fields = { ...sum.fields, ...rest };
  return [sum, { ...sum, fields, items: f.columns, iterations: chunks + 2 }];
}
