import { JOINT_LIMIT, NotebookNetwork } from "./networks.ts";
import type { Context } from "./parameters.ts";
import { type NetworkKey, networkKeys } from "./settings.ts";
import { sources } from "./sources.ts";

/** What the notebook's code prints (lines 440 to 444, 978 and 1546). */
export const notebookCounts: Readonly<Record<NetworkKey, number>> = {
  Vanilla_RNN: 725,
  Custom_LSTM: 2585,
  PyTorch_GRU: 2025,
};

/** Records that the networks are those of the notebook. */
export async function recordChecks(context: Context): Promise<void> {
  let difference = 0;
  let largest = 0;
  let cases = 0;
  for (const key of networkKeys) {
    const network = new NotebookNetwork({ key, random: sources(context, "checks", key) });
    difference = Math.max(
      difference,
      Math.abs(network.inner.parameterCount - notebookCounts[key]),
    );
    if (key === "Custom_LSTM") {
      const { parameters } = network;
      for (const name of ["recurrent.weight_ih_l0", "recurrent.weight_hh_l0"]) {
        const weight = parameters[name];
        const columns = weight?.shape.at(-1) ?? 0;
        // The last column of the input weights is the bias.
        const isBias = (i: number) => name.includes("weight_ih") && i % columns === columns - 1;
        for (const [i, value] of (await weight?.data() ?? []).entries()) {
          if (isBias(i)) continue;
          largest = Math.max(largest, Math.abs(value) / JOINT_LIMIT);
          cases++;
        }
      }
    }
    network.dispose();
  }
  context.check("parameter-counts", { cases: networkKeys.length, worst: difference });
  context.check("initial-limit", { cases, worst: largest });
}
