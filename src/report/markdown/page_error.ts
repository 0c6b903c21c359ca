/** A place in a page's source; the first line and the first column are 1. */
export interface Place {
  /** The page's path, as the author knows it: `"reports/index.md"`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Something in a page's source that cannot be rendered: a binding with nothing behind it, bad TeX,
 * headings out of order. The message begins with the place, as editors understand it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { PageError } from "./page_error.ts";
 *
 * const place = { path: "reports/index.md", line: 12, column: 5 };
 * const error = new PageError(place, "{{metric:sigma}} names no metric");
 * assert(error.message === "reports/index.md:12:5: {{metric:sigma}} names no metric");
 * ```
 */
export class PageError extends Error {
  /** `"PageError"`. */
  override readonly name = "PageError";
  /** Where it is. */
  readonly place: Place;

  /**
   * @param place Where it is.
   * @param problem What is wrong there, in one line.
   */
  constructor(place: Place, problem: string) {
    super(`${place.path}:${place.line}:${place.column}: ${problem}`);
    this.place = place;
  }
}

/** The place of a character of a page's source. */
export function placeOf(path: string, source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
