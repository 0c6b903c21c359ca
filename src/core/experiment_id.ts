import { InputError } from "./errors.ts";
import { idSchema } from "./text_schema.ts";

/** Names of files in a site that do not belong to an experiment. */
const RESERVED = ["index", "methods", "manifest", "schema"];

/** The most characters of an id: it names files. */
const LONGEST = 100;

/**
 * Checks the id of an experiment, which names its pages and files.
 *
 * @param id The id.
 * @throws {InputError} If it is not made of lower-case words joined by hyphens, is longer than 100
 * characters, or names another file of a site.
 */
export function checkExperimentId(id: string): void {
  if (!idSchema.safeParse(id).success) {
    throw new InputError("experiment id", "lower-case words joined by hyphens", id);
  }
  if (id.length > LONGEST) {
    throw new InputError("experiment id", `at most ${LONGEST} characters long`, id);
  }
  if (RESERVED.includes(id)) {
    throw new InputError("experiment id", `a name other than ${RESERVED.join(", ")}`, id);
  }
}
