import { mean } from "../../analysis/statistics.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";

/** Records what the characters took on this machine: for the manifest, not the result. */
export function recordMachine(context: Context, parts: readonly CharactersPart[]): void {
  const { passes, characterGenerated } = context.parameters;
  const trained = parts.map(({ tokens, cost }) => passes * tokens.training / cost.training);
  const generated = parts.map(({ samples, cost }) => {
    return samples.length * characterGenerated / cost.generating;
  });
  context.machine.table({
    id: "speed",
    title: "What the characters took",
    columns: [
      { name: "what", label: "what" },
      { name: "value", label: "mean over seeds" },
      { name: "unit", label: "unit" },
    ],
    rows: [
      ["training, with the checks on held-out text", mean(trained), "characters/s"],
      [
        `generating ${parts[0]?.samples.length} texts as one batch`,
        mean(generated),
        "characters/s",
      ],
      ["memory of the process after the first seed", mebibytes(parts[0]), "MiB"],
      ["memory of the process after the last seed", mebibytes(parts.at(-1)), "MiB"],
    ],
  });
}

function mebibytes(part: CharactersPart | undefined): number | null {
  return part ? part.cost.memory / 2 ** 20 : null;
}
