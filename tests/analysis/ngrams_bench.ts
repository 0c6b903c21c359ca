import { NgramModel } from "../../src/analysis/ngrams.ts";
import { Random } from "../../src/core/random.ts";

// Zipf's law, nearly: as many different n-grams as words have, and more.
const random = new Random(1);
const ids = Int32Array.from({ length: 200_000 }, () => Math.floor(2 ** random.uniform(0, 14)));
for (const order of [1, 2, 5]) {
  const options = { order, vocabularySize: 2 ** 14 };
  const model = new NgramModel([ids], options);
  Deno.bench(`order ${order}, counting 200,000 ids`, { group: "counting" }, () => {
    new NgramModel([ids], options);
  });
  Deno.bench(`order ${order}, surprisals of 200,000 ids`, { group: "surprisals" }, () => {
    model.surprisals(ids);
  });
}
