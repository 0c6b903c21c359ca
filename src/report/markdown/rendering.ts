import { type Binding, UnboundError } from "./binding.ts";
import type { Safe } from "../format/html.ts";

/** What is around a binding in a line of text: a link can stand in text alone. */
export type Around = "text" | "link" | "formula";

/** What the bindings of a page stand for; functions throw {@link UnboundError} on a wrong one. */
export interface Bindings {
  /** The kinds that stand on a line of their own. */
  readonly blockKinds: readonly string[];
  /** What a binding in a line of text stands for. */
  inline(binding: Binding, around: Around): Safe;
  /** What a binding on a line of its own stands for. */
  block(binding: Binding): Safe;
}

/** What the parts of the renderer share. */
export interface Rendering {
  readonly bindings: Bindings;
  /** Offsets of the braces and dollar signs that were understood. */
  readonly seen: Set<number>;
  /** Throws a {@link PageError} about a place in the source. */
  fail(offset: number, problem: string): never;
}

/** Runs what a binding stands for, with the binding's place in the error. */
export function bound(rendering: Rendering, offset: number, value: () => Safe): string {
  try {
    return value().markup;
  } catch (error) {
    if (error instanceof UnboundError) rendering.fail(offset, error.message);
    throw error;
  }
}

// Markdown's tokens do not know where they were in the source. So each `{{` and `$` is followed,
// while the page is rendered, by its offset between two noncharacters, which no text holds.
const open = "\ufdd0";
const close = "\ufdd1";
const mark = new RegExp(`${open}(\\d+)${close}`, "g");

/** A source with an offset after each `{{`, each `$` and each `$$`, but for an escaped one. */
export function markSource(source: string): string {
  return source.replace(/[\ufdd0\ufdd1]/g, "").replace(
    /\\[\\$]|\{\{|\$\$?/g,
    (found, offset: number) => found.startsWith("\\") ? found : `${found}${open}${offset}${close}`,
  );
}

/** The text without its marks. */
export function unmark(text: string): string {
  return text.replace(mark, "");
}

/** The offsets in a text. */
export function offsetsIn(text: string): number[] {
  return [...text.matchAll(mark)].map((match) => Number(match[1]));
}

/** What a mark begins with. */
export const markStart = open;

/** What a mark looks like, for other patterns; its group is the offset. */
export const markPattern = `${open}(\\d+)${close}`;
