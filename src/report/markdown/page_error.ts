/** A position in the source of a page; lines and columns begin at 1. */
export interface Place {
  /** The path of the page: `"reports/index.md"`. */
  readonly path: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column in UTF-16 code units, from 1. */
  readonly column: number;
}

/**
 * An error in the source of a page: a binding of an unknown name, invalid TeX, headings out of
 * order. The message begins with the position, in the form that editors recognise.
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
  /** The position. */
  readonly place: Place;

  /**
   * Creates an error.
   *
   * @param place The position.
   * @param problem A description of the problem, in one line.
   */
  constructor(place: Place, problem: string) {
    super(`${place.path}:${place.line}:${place.column}: ${problem}`);
    this.place = place;
  }
}

/** The position of an offset of the source of a page. */
export function placeOf(path: string, source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
