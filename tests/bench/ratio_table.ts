import { LIBRARY_TITLES } from "./library.ts";
import { table, times } from "./markdown.ts";
import type { Ratio, Row } from "./results.ts";

const libraries = (["torch", "jax"] as const).map((id) => ({ id, title: LIBRARY_TITLES[id] }));

/**
 * One line a workload and backend: how many times as fast ours is as the fastest peer, and as the
 * fastest of each library. Null where no workload has a peer.
 */
export function ratioTable(rows: readonly Row[]): string | null {
  const compared = rows.filter(({ results }) => results.some(({ kind }) => kind === "peer"));
  if (compared.length === 0) return null;
  const shown = libraries.filter(({ id }) =>
    compared.some(({ results }) => results.some(({ library }) => library === id))
  );
  return table(
    ["Workload", "Times as fast as", "The fastest peer", ...shown.map(({ title }) => title)],
    compared.flatMap(({ workload, results, ratios }) =>
      results.filter(({ kind }) => kind === "ours").map(({ name }) => {
        const own = ratios.filter((ratio) => ratio.name === name);
        const best = own.find(({ fastestOf }) => fastestOf === "peers");
        return [
          ...[workload.title, name, cell(best, ` ${best?.peer}`)],
          ...shown.map(({ id }) => cell(own.find(({ fastestOf }) => fastestOf === id))),
        ];
      })
    ),
  );
}

function cell(ratio: Ratio | undefined, of = ""): string {
  return ratio ? `${times(ratio.times)}${of}${ratio.agrees ? "" : " ≠"}` : "–";
}
