import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import type { ConfusionFigure } from "../../src/result/confusion_figure.ts";
import { readConfusion } from "../../src/result/confusion_rows.ts";
import type { Table } from "../../src/result/result.ts";

const figure: ConfusionFigure = {
  kind: "confusion-matrix",
  id: "f",
  title: "F",
  caption: "C",
  alt: "A",
  table: "t",
  classes: ["no", "yes"],
  actual: "actual",
  predicted: "predicted",
  count: "count",
  share: "share",
  facet: "model",
};

function table(rows: Table["rows"]): Table {
  const columns = ["model", "actual", "predicted", "count", "share"]
    .map((name) => ({ name, label: `${name} in words` }));
  return { id: "t", title: "T", columns, rows };
}

Deno.test("readConfusion() reads the cells of each matrix, with the labels of the columns", () => {
  const read = readConfusion(figure, [table([
    ["a", "no", "no", 3, 0.75],
    ["a", "no", "yes", 1, 0.25],
    ["b", "yes", "no", 0, null],
  ])]);
  assertEquals(read, {
    panels: [
      {
        facet: "a",
        cells: [
          { actual: 0, predicted: 0, count: 3, share: 0.75 },
          { actual: 0, predicted: 1, count: 1, share: 0.25 },
        ],
      },
      { facet: "b", cells: [{ actual: 1, predicted: 0, count: 0, share: null }] },
    ],
    actualLabel: "actual in words",
    predictedLabel: "predicted in words",
    shareLabel: "share in words",
  });
  const { facet: _, ...alone } = figure;
  const [panel] = readConfusion(alone, [table([["a", "no", "no", 3, 1]])]).panels;
  assertEquals(panel?.facet, null);
});

Deno.test("readConfusion() names the first row that cannot be drawn", () => {
  const place = (column: string) => `column ${column} of table t, drawn in figure f, must be`;
  const wrong: [Table["rows"], string][] = [
    [[["a", "maybe", "no", 3, 1]], `${place("actual")} one of no, yes, found "maybe"`],
    [[["a", "no", null, 3, 1]], `${place("predicted")} one of no, yes, found null`],
    [[["a", "no", "no", -1, 1]], `${place("count")} a number of 0 or more, found -1`],
    [[["a", "no", "no", 1, 1.01]], `${place("share")} a number from 0 to 1, found 1.01`],
    [
      [["a", "no", "yes", 1, 1], ["a", "no", "yes", 2, 1]],
      'the cell no predicted as yes of figure f must be in one row of its matrix, found "two"',
    ],
  ];
  for (const [rows, message] of wrong) {
    const error = assertThrows(() => readConfusion(figure, [table(rows)]), InputError);
    assertEquals(error.message, message);
  }
  assertThrows(
    () => readConfusion({ ...figure, classes: ["no", "no"] }, [table([])]),
    InputError,
    'the classes of figure f must be different names, found ["no", "no"]',
  );
});
