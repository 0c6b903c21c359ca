import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { END, PAD, START, UNK, Vocabulary } from "../../../src/data/text/vocabulary.ts";

const statistics = { total: 10, distinct: 4, covered: 0.9 };

Deno.test("Vocabulary.id() is the inverse of token(), with the special tokens first", () => {
  const vocabulary = new Vocabulary(["whale", "__proto__"], statistics);
  assertEquals([PAD, UNK, START, END], [0, 1, 2, 3]);
  assertEquals(vocabulary.tokens, ["<PAD>", "<UNK>", "<START>", "<END>", "whale", "__proto__"]);
  assertEquals(vocabulary.size, 6);
  for (let id = 0; id < 6; id++) assertEquals(vocabulary.id(vocabulary.token(id)), id);
  assertEquals(vocabulary.statistics, statistics);
});

Deno.test("Vocabulary.id() is UNK for unknown tokens, also names of object properties", () => {
  const vocabulary = new Vocabulary(["whale"], statistics);
  for (const token of ["ship", "constructor", "__proto__", ""]) {
    assertEquals([vocabulary.id(token), vocabulary.has(token)], [UNK, false]);
  }
  assertEquals(vocabulary.has("whale"), true);
});

Deno.test("Vocabulary refuses other ids, and tokens that occur twice", () => {
  const vocabulary = new Vocabulary(["whale"], statistics);
  for (const id of [-1, 5, 1.5, NaN]) {
    const message = `id must be an integer from 0 to 4, found ${id}`;
    assertThrows(() => vocabulary.token(id), InputError, message);
  }
  const twice = 'token 6 must be different from those before, found "a"';
  assertThrows(() => new Vocabulary(["a", "b", "a"], statistics), InputError, twice);
  assertThrows(
    () => new Vocabulary(["<PAD>"], statistics),
    InputError,
    "token 4 must be different",
  );
});
