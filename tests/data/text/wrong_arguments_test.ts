import { assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { documentsOf, encodeCorpus } from "../../../src/data/text/encoded_corpus.ts";
import { fileCorpus } from "../../../src/data/text/file_corpus.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { notebookSentences } from "../../../src/data/text/corpora.ts";
import { Vocabulary } from "../../../src/data/text/vocabulary.ts";

type Mistake = readonly [use: CallableFunction, args: readonly unknown[], message: string];

const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
const encoded = await encodeCorpus(notebookSentences, tokenizer);
const statistics = { total: 1, distinct: 1, covered: 1 };

const make = (...args: unknown[]) => Reflect.construct(Tokenizer, args);
const vocabulary = (...args: unknown[]) => Reflect.construct(Vocabulary, args);
const method = (name: keyof Tokenizer) => (...args: unknown[]) => {
  const use: unknown = tokenizer[name];
  if (typeof use === "function") Reflect.apply(use, tokenizer, args);
};
const readFile = async (opened: unknown) => {
  const corpus = Reflect.apply(fileCorpus, undefined, ["whale.txt", () => opened]);
  for await (const _document of corpus.documents()) break;
};

const mistakes: readonly Mistake[] = [
  [Tokenizer.build, [], "texts must be an array or another iterable of strings, found undefined"],
  [Tokenizer.build, [notebookSentences, { kind: "words" }], "Pass corpus.documents() for a corpus"],
  [Tokenizer.build, [["a"]], "options of Tokenizer.build must be an object such as { kind"],
  [
    Tokenizer.build,
    [["a"], "words"],
    "options of Tokenizer.build must be an object such as { kind",
  ],
  [Tokenizer.build, [["a"], { kind: "words", vocabSize: 9 }], 'found "vocabSize"'],
  [Tokenizer.build, [["a"], { kind: "toString" }], 'kind must be "words" or "characters"'],
  [Tokenizer.build, [["a"], { kind: "words", maxSize: "9" }], "maxSize must be a positive integer"],
  [Tokenizer.build, [[["a"]], { kind: "words" }], 'text must be a string, found ["a"]'],
  [make, [{ kind: "words" }], "await Tokenizer.build(texts, options) makes a tokenizer"],
  [method("decode"), [5], "ids must be an array or typed array of numbers, found 5"],
  [method("decode"), [BigInt64Array.of(4n)], "Array.from(ids, Number) makes one"],
  [method("decode"), [["4"]], "id must be an integer from 0 to"],
  [method("decode"), [["length"]], 'found "length"'],
  [method("piece"), ["4", true], "id must be an integer from 0 to"],
  [method("encode"), [new TextEncoder().encode("a")], "text must be a string, found a Uint8Array"],
  [vocabulary, ["abc", statistics], 'tokens must be an array of strings, found "abc"'],
  [vocabulary, [["a", 5], statistics], "token 5 must be a string, found 5"],
  [vocabulary, [["a", , "b"], statistics], "token 5 must be a string, found undefined"],
  [
    vocabulary,
    [["a"], { ...statistics, total: "1" }],
    "total of a Vocabulary must be a finite number",
  ],
  [
    vocabulary,
    [["a"], { total: 1, distinct: 1 }],
    "covered of a Vocabulary must be a finite number of at least 0, found undefined",
  ],
  [
    (token: unknown) => Reflect.apply(tokenizer.vocabulary.id, tokenizer.vocabulary, [token]),
    [4],
    "token must be a string, found 4",
  ],
  [
    (token: unknown) => Reflect.apply(tokenizer.vocabulary.has, tokenizer.vocabulary, [token]),
    [],
    "token must be a string, found undefined",
  ],
  [method("decode"), [[Object.create(null)]], "id must be an integer from 0 to"],
  [vocabulary, [["a"]], "options of the statistics of a Vocabulary must be an object"],
  [documentsOf, [], "ids of the encoded corpus must be an Int32Array, found undefined"],
  [documentsOf, [notebookSentences], "ids of the encoded corpus must be an Int32Array"],
  [documentsOf, [encoded, 3], "which must be an array of indices of documents, found 3"],
  [documentsOf, [encoded, ["3"]], 'document must be an index from 0 to 19, found "3"'],
  [documentsOf, [encoded, [1, , 2]], "document must be an index from 0 to 19, found undefined"],
  [documentsOf, [encoded, [20]], "document must be an index from 0 to 19, found 20"],
  [documentsOf, [encoded, [3n]], "document must be an index from 0 to 19, found 3n"],
  [fileCorpus, ["whale.txt"], "open must be a function that opens the file, found undefined"],
  [fileCorpus, [() => null], "name must be a string, found the function"],
  [readFile, ["Call me Ishmael."], 'the result of open must be a stream of bytes, found "Call me'],
  [readFile, [undefined], "the result of open must be a stream of bytes, found undefined"],
];

for (const [use, args, message] of mistakes) {
  Deno.test(`${use.name || "a method of Tokenizer"}() throws: ${message}`, async () => {
    await assertRejects(async () => await Reflect.apply(use, Tokenizer, args), InputError, message);
  });
}

Deno.test("Tokenizer.decode() of a tensor says how to read it", async () => {
  await selectBackend("cpu");
  const tensor = tf.tensor1d([1, 2, 3], "int32");
  const message = "await ids.data() gives one";
  assertThrows(() => method("decode")(tensor), InputError, message);
  tensor.dispose();
});
