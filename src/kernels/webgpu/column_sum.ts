import type { Fields } from "../instructions.ts";
import type { Phase, Target } from "./phase.ts";

/** The phases of `columnSum`: chunks of rows first where there are many. */
export function columnSum(f: Fields<"columnSum">, { scratch }: Target): Phase[] {
  const chunks = f.rows <= 32 ? 1 : Math.min(256, Math.ceil(f.rows / 16));
  const parts = chunks === 1 ? -1 : scratch.take(chunks * f.columns);
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
    turns: Math.ceil(f.rows / chunks) + 2,
  };
  if (chunks === 1) return [sum];
  const rest = { rows: chunks, columns: f.columns, lda: f.columns, a: parts, chunks: 1, parts: -1 };
  const fields = { ...sum.fields, ...rest };
  return [sum, { ...sum, fields, items: f.columns, turns: chunks + 2 }];
}
