import type { Random } from "../../../src/core/random.ts";

/** Parts of random lengths, from 1 to `most`, that together are the whole. */
export async function* chunks<Whole extends string | Uint8Array>(
  whole: Whole,
  most: number,
  random: Random,
): AsyncGenerator<Whole> {
  for (let place = 0; place < whole.length;) {
    const end = place + random.integer(1, most);
    yield await Promise.resolve(whole.slice(place, end) as Whole);
    place = end;
  }
}
