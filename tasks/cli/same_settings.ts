import { InputError } from "../../src/core/errors.ts";
import { type JsonObject, stableStringify } from "../../src/core/json.ts";

/** What the user can do if a folder has another training. */
export const FRESH = "Use --fresh to begin again, or choose another --out.";

/** Returns the flag of a setting, without the two hyphens: `learning-rate` for `learningRate`. */
export function flagOf(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Checks that the settings of a call equal those of the training in a folder.
 *
 * @param name The file that has the settings of the training, for messages.
 * @param before The settings of the training.
 * @param settings The settings of this call.
 * @param free The names of settings that may differ.
 * @throws {InputError} If a setting differs; the message names each such setting by its flag.
 */
export function checkSameSettings(
  name: string,
  before: JsonObject,
  settings: JsonObject,
  free: readonly string[],
): void {
  const different = Object.entries(settings).filter(([setting, value]) =>
    !free.includes(setting) && stableStringify(before[setting]) !== stableStringify(value)
  );
  const [first, ...others] = different;
  if (first === undefined) return;
  const [setting, value] = first;
  const rest = others.map(([setting, value]) =>
    `--${flagOf(setting)} was ${before[setting]}, is ${value}`
  );
  const help = [...rest.length > 0 ? [`${rest.join("; ")}.`] : [], FRESH].join(" ");
  throw new InputError(`--${flagOf(setting)}`, `${before[setting]}, as in ${name}`, value, help);
}
