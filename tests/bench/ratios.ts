import { fastest } from "./contest.ts";
import type { Library } from "./library.ts";
import type { Ratio, Result } from "./results.ts";

/** What a peer is the fastest of: all peers, or those of one library. */
const FIELDS: readonly Ratio["fastestOf"][] = ["peers", "torch", "jax"];

/**
 * Compares each of ours with the fastest of all peers, and with the fastest of each library: of its
 * versions, of its implementations, each at its best setting. Who failed is left out.
 */
export function ratiosOf(results: readonly Result[]): Ratio[] {
  return results.filter(({ kind }) => kind === "ours").flatMap((ours) =>
    FIELDS.flatMap((fastestOf): Ratio[] => {
      const peer = fastest(results.filter((result) => isOf(result, fastestOf)));
      if (!ours.measured || !peer?.measured) return [];
      return [{
        ...{ name: ours.name, fastestOf, peer: peer.name, setting: peer.setting },
        times: peer.measured.seconds / ours.measured.seconds,
        agrees: ours.agrees === true && peer.agrees === true,
      }];
    })
  );
}

function isOf({ kind, library }: Result, field: "peers" | Library): boolean {
  return kind === "peer" && (field === "peers" || field === library);
}
