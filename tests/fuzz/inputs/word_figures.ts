/** Figures of words with weights and of confusion matrices, with unusual words and numbers. */
import { assert } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import type { ConfusionFigure } from "../../../src/result/confusion_figure.ts";
import type { Figure } from "../../../src/result/figure.ts";
import { figureSchema } from "../../../src/result/figure_schema.ts";
import type { Table } from "../../../src/result/result.ts";
import type { WordStrips } from "../../../src/result/word_strips.ts";
import { type Canvas, openCanvas } from "../../../src/report/figure/svg/canvas.ts";
import { inlineFigure, standaloneFigure } from "../../../src/report/figure/render.ts";
import { oddNumber, oddText } from "../generators.ts";
import { checkMarkup, checkNumbers } from "../markup.ts";
import { inputTarget, type Target } from "../target.ts";

const finite = oddNumber.map((value) => Number.isFinite(value) ? value : null);
const word = oddText.filter((text) => text !== "");
const share = fc.double({ min: 0, max: 1, noNaN: true });
const cell = fc.oneof({ weight: 20, arbitrary: share }, { weight: 1, arbitrary: finite });
const text = { title: word, caption: word, alt: word };
const colour = fc.record({ label: word, limit: share }, { requiredKeys: ["label"] });

function tableOf(names: readonly string[], rows: Table["rows"]): Table {
  return { id: "t", title: "T", columns: names.map((name) => ({ name, label: name })), rows };
}

const strips: fc.Arbitrary<{ figure: WordStrips; table: Table }> = fc.record({
  figure: fc.record({
    ...{ kind: fc.constant("word-strips" as const), id: fc.constant("f"), ...text, colour },
    ...{ table: fc.constant("t"), text: fc.constant("text"), word: fc.constant("word") },
    weight: fc.constant("weight"),
    more: fc.record({
      strip: fc.constant("strip"),
      facts: fc.constant(["fact"]),
      sumsToOne: fc.boolean(),
    }, { requiredKeys: [] }),
  }).map(({ more, ...rest }) => ({ ...rest, ...more })),
  names: fc.array(word, { minLength: 1, maxLength: 2 }),
  texts: fc.array(
    fc.record({
      name: word,
      fact: fc.oneof(word, finite),
      words: fc.array(word, { maxLength: 9 }),
    }),
    { maxLength: 3 },
  ),
  weights: fc.infiniteStream(cell),
}).map(({ figure, names, texts, weights }) => {
  const rows = texts.flatMap(({ name, fact, words }) =>
    names.flatMap((strip) =>
      words.map((one) => [name, strip, fact, one, weights.next().value ?? 0])
    )
  );
  return { figure, table: tableOf(["text", "strip", "fact", "word", "weight"], rows) };
});

const matrices: fc.Arbitrary<{ figure: ConfusionFigure; table: Table }> = fc.record({
  figure: fc.record({
    ...{ kind: fc.constant("confusion-matrix" as const), id: fc.constant("f"), ...text },
    ...{
      table: fc.constant("t"),
      actual: fc.constant("actual"),
      predicted: fc.constant("predicted"),
    },
    ...{ count: fc.constant("count"), share: fc.constant("share") },
    classes: fc.uniqueArray(word, { minLength: 1, maxLength: 13 }),
    more: fc.record({ facet: fc.constant("model") }, { requiredKeys: [] }),
  }).map(({ more, ...rest }) => ({ ...rest, ...more })),
  model: word,
  numbers: fc.infiniteStream(fc.tuple(fc.oneof(fc.nat(1e6), finite), fc.option(cell))),
}).map(({ figure, model, numbers }) => {
  const { classes } = figure;
  const rows = classes.flatMap((actual) =>
    classes.map((predicted) => [model, actual, predicted, ...numbers.next().value ?? [0, 0]])
  );
  return { figure, table: tableOf(["model", "actual", "predicted", "count", "share"], rows) };
});

let canvas: Canvas | undefined;

const wordFigures = inputTarget({
  name: "word-figures",
  inputs: fc.oneof<fc.Arbitrary<{ figure: Figure; table: Table }>[]>(strips, matrices),
  errors: [InputError],
  async prepare() {
    canvas = await openCanvas();
  },
  read({ figure, table }) {
    assert(canvas);
    // A figure that its schema refuses is never drawn.
    if (!figureSchema.safeParse(figure).success) throw new InputError("figure", "one", "another");
    return {
      file: standaloneFigure(figure, [table], canvas),
      inline: inlineFigure(figure, [table], canvas, "narrow", "f").markup,
    };
  },
  check({ file, inline }) {
    checkMarkup(file, "svg");
    checkMarkup(inline, "html");
    checkNumbers(file);
    checkNumbers(inline);
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [wordFigures];
