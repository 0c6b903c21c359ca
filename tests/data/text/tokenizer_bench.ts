import { encodeCorpus } from "../../../src/data/text/encoded.ts";
import { mobyDick } from "../../../src/data/text/moby_dick.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";

const corpus = await mobyDick();

for (const kind of ["words", "characters"] as const) {
  const tokenizer = await Tokenizer.build(corpus.documents(), { kind });

  Deno.bench(`a tokenizer by ${kind} of Moby Dick, 1.2 million characters`, async () => {
    await Tokenizer.build(corpus.documents(), { kind });
  });

  Deno.bench(`Moby Dick as ids, by ${kind}`, async () => {
    await encodeCorpus(corpus, tokenizer);
  });
}
