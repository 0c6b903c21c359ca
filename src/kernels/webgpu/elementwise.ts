import type { Phase } from "./phase.ts";
import { unrolled } from "./phase.ts";

/** Numbers that one item handles: what they share, as hyperparameters, is then read once. */
const each = 4;

/**
 * A phase over `count` numbers, a few to an item; neighbouring lanes have neighbouring numbers.
 *
 * @param name Its name.
 * @param fields Its fields.
 * @param count How many numbers.
 * @param body WGSL for number `i`.
 * @param before WGSL that an item runs once, before its numbers.
 */
export function elementwise(
  name: string,
  fields: Readonly<Record<string, number>>,
  count: number,
  body: string,
  before = "",
): Phase {
  const items = Math.ceil(count / each);
  const guard = count % each === 0;
  return {
    name: guard ? name : `${name}Guarded`,
    body: before +
      unrolled(
        each,
        (k) =>
          guard
            ? `{ let i = item + ${k} * $quarter; ${body} }`
            : `{ let i = item + ${k} * $quarter; if (i < $all) { ${body} } }`,
      ),
    fields: { ...fields, quarter: items, all: count },
    items,
    turns: 0,
  };
}
