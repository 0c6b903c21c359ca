import { type Binding, UnboundError } from "./binding.ts";
import type { Safe } from "../format/html.ts";

/** The context of a binding in a line of text: only text can contain a link. */
export type Around = "text" | "link" | "formula";

/**
 * The values of the bindings of a page. The functions throw {@link UnboundError} if a binding is
 * invalid.
 */
export interface Bindings {
  /** The kinds that are alone on a line. */
  readonly blockKinds: readonly string[];
  /** The value of a binding in a line of text. */
  inline(binding: Binding, around: Around): Safe;
  /** The value of a binding alone on a line. */
  block(binding: Binding): Safe;
}

/** The state that the parts of the renderer share. */
export interface Rendering {
  readonly bindings: Bindings;
  /** The offsets of the braces and dollar signs that were rendered. */
  readonly seen: Set<number>;
  /** Throws a {@link PageError} at an offset of the source. */
  fail(offset: number, problem: string): never;
}

/** Returns the value of a binding; an error gets the position of the binding. */
export function bound(rendering: Rendering, offset: number, value: () => Safe): string {
  try {
    return value().markup;
  } catch (error) {
    if (error instanceof UnboundError) rendering.fail(offset, error.message);
    throw error;
  }
}

// The tokens of Markdown have no positions. While a page is rendered, each `{{` and `$` is therefore
// followed by its offset between two noncharacters, which no text contains.
const open = "\ufdd0";
const close = "\ufdd1";
const mark = new RegExp(`${open}(\\d+)${close}`, "g");

/** Adds the offset after each `{{`, `$` and `$$` that is not escaped. */
export function markSource(source: string): string {
  return source.replace(/[\ufdd0\ufdd1]/g, "").replace(
    /\\[\\$]|\{\{|\$\$?/g,
    (found, offset: number) => found.startsWith("\\") ? found : `${found}${open}${offset}${close}`,
  );
}

/** Removes the offsets from a text. */
export function unmark(text: string): string {
  return text.replace(mark, "");
}

/** The offsets in a text. */
export function offsetsIn(text: string): number[] {
  return [...text.matchAll(mark)].map((match) => Number(match[1]));
}

/** The first character of a marked offset. */
export const markStart = open;

/** A pattern of a marked offset, whose group is the offset. */
export const markPattern = `${open}(\\d+)${close}`;
