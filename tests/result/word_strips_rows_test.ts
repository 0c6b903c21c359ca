import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import type { Table } from "../../src/result/result.ts";
import type { WordStrips } from "../../src/result/word_strips.ts";
import { readWordStrips } from "../../src/result/word_strips_rows.ts";

const figure: WordStrips = {
  kind: "word-strips",
  id: "f",
  title: "F",
  caption: "C",
  alt: "A",
  table: "t",
  text: "text",
  word: "word",
  weight: "weight",
  strip: "strip",
  facts: ["label", "predicted"],
  sumsToOne: true,
  colour: { label: "weight" },
};

const names = ["text", "strip", "label", "predicted", "word", "weight"];

function table(rows: Table["rows"]): Table {
  const columns = names.map((name) => ({ name, label: `${name} in words` }));
  return { id: "t", title: "T", columns, rows };
}

const rows: Table["rows"] = [
  [1, "attention", "good", "good", "not", 0.75],
  [1, "attention", "good", "good", "bad", 0.25],
  [1, "gradient", "good", "poor", "not", 0.5],
  [1, "gradient", "good", "poor", "bad", 0.5],
  [2, "attention", "poor", null, "bad", 1],
];

Deno.test("readWordStrips() groups words by text and strip, and facts by what they describe", () => {
  const fact = (name: string, value: string | null) => ({ label: `${name} in words`, value });
  assertEquals(readWordStrips(figure, [table(rows)]), [{
    name: "1",
    label: "text in words",
    facts: [fact("label", "good")],
    words: ["not", "bad"],
    strips: [
      { name: "attention", facts: [fact("predicted", "good")], weights: [0.75, 0.25] },
      { name: "gradient", facts: [fact("predicted", "poor")], weights: [0.5, 0.5] },
    ],
  }, {
    name: "2",
    label: "text in words",
    facts: [fact("label", "poor"), fact("predicted", null)],
    words: ["bad"],
    strips: [{ name: "attention", facts: [], weights: [1] }],
  }]);
});

Deno.test("readWordStrips() reads one strip without a name if the figure has no column of strips", () => {
  const { strip: _, ...plain } = figure;
  const [text] = readWordStrips(plain, [table(rows.slice(0, 2))]);
  assertEquals(text?.strips.map(({ name }) => name), [null]);
  assertEquals(readWordStrips(plain, [table([])]), []);
});

Deno.test("readWordStrips() names the first row that cannot be drawn", () => {
  const changed = (row: number, column: string, to: string | number | null) =>
    table(
      rows.map((one, r) =>
        r === row ? one.map((cell, c) => c === names.indexOf(column) ? to : cell) : one
      ),
    );
  const place = (column: string) => `column ${column} of table t, drawn in figure f, must be`;
  const strip = (name: string, text = 1) => `strip ${name} of text ${text} of figure f`;
  const wrong: [Table, string][] = [
    [changed(0, "weight", 1.5), `${place("weight")} a number from 0 to 1, found 1.5`],
    [changed(0, "weight", -0.1), `${place("weight")} a number from 0 to 1, found -0.1`],
    [changed(0, "weight", null), `${place("weight")} a number from 0 to 1, found null`],
    [changed(0, "weight", "1"), `${place("weight")} a number from 0 to 1, found "1"`],
    [changed(0, "word", ""), `${place("word")} a text that is not empty, or a number, found ""`],
    [
      changed(0, "text", null),
      `${place("text")} a text that is not empty, or a number, found null`,
    ],
    [
      changed(2, "word", "so"),
      `word 1 of ${strip("gradient")} must be "not", as in the first strip of the text, found "so"`,
    ],
    [
      table(rows.slice(0, 3)),
      `the number of words of ${strip("gradient")} must be 2, as in the first strip of the text, ` +
      "found 1",
    ],
    [
      changed(1, "predicted", "poor"),
      `column predicted of ${strip("attention")} must be "good" in all rows, found "poor"`,
    ],
    [
      changed(4, "weight", 0.5),
      `the sum of the weights of ${strip("attention", 2)} must be 1, within 0.001, found 0.5`,
    ],
  ];
  for (const [one, message] of wrong) {
    const error = assertThrows(() => readWordStrips(figure, [one]), InputError);
    assertEquals(error.message, message);
  }
});

Deno.test("readWordStrips() allows any sum of weights unless it must be 1", () => {
  const { sumsToOne: _, ...free } = figure;
  const [, , , , last] = rows;
  const weights = [0, 0.3, 1].map((weight) =>
    readWordStrips(free, [table([[...(last ?? []).slice(0, 5), weight]])])[0]?.strips[0]?.weights
  );
  assertEquals(weights, [[0], [0.3], [1]]);
});

Deno.test("readWordStrips() names a table or column that does not exist", () => {
  assertThrows(
    () => readWordStrips(figure, []),
    InputError,
    'figure f: table must be a table that is recorded before it, found "t"',
  );
  assertThrows(
    () => readWordStrips({ ...figure, word: "token" }, [table(rows)]),
    InputError,
    `figure f: column of t must be one of ${names.join(", ")}, found "token"`,
  );
});
