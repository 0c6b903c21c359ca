import { mean } from "../../statistics/descriptive.ts";
import { architectures } from "../architectures.ts";
import { characterStrategies } from "./character_strategies.ts";
import type { CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";

/**
 * Records what the characters took on this machine: for the manifest, not the result.
 *
 * @param context The run.
 * @param parts What each seed gave.
 */
export function recordMachine(context: Context, parts: readonly CharactersPart[]): void {
  const { updates, characterBatch, characterLength, prompts, characterGenerated } =
    context.parameters;
  const networks = architectures.length;
  const texts = prompts * characterStrategies.length;
  const trained = parts.map(({ cost }) => {
    return networks * updates * characterBatch * characterLength / cost.training;
  });
  const generated = parts.map(({ cost }) => {
    return networks * texts * characterGenerated / cost.generating;
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
        `generating ${texts} texts as one batch`,
        mean(generated),
        "characters/s",
      ],
      ["memory of the process after the first seed", mebibytes(parts[0]), "MiB"],
      ["memory of the process after the last seed", mebibytes(parts.at(-1)), "MiB"],
    ],
  });
}

function mebibytes(part: CharactersPart | undefined): number | null {
  return part?.cost.memory ? part.cost.memory / 2 ** 20 : null;
}
