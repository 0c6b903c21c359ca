import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import type { Figure } from "../../src/result/figure.ts";
import { figureSchema } from "../../src/result/figure_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { changed } from "./changed.ts";

/** Figures of every kind, with every kind of axis and of layer. */
const figures: readonly Figure[] = [{
  kind: "chart",
  id: "flow-by-lag",
  title: "Flow",
  caption: "What is drawn.",
  alt: "What is seen.",
  x: { label: "lag", unit: "steps", scale: "linear", domain: [0, 40] },
  y: { label: "norm", scale: "log" },
  series: ["0.5"],
  seriesLabel: "gain",
  aspect: "equal",
  facet: "gain",
  layers: [
    { mark: "line", table: "flow", x: "k", y: "gain", series: "gain", role: "theory" },
    { mark: "line", table: "flow", x: "k", y: "gain", role: "theory", label: "baseline" },
    { mark: "band", table: "flow", x: "k", low: "gain", high: "gain" },
    { mark: "point", table: "flow", x: "k", y: "gain" },
    { mark: "rule", axis: "y", value: 1, label: "one" },
    { mark: "circle", radius: 1, label: "unit circle" },
  ],
}, {
  kind: "chart",
  id: "flow-by-gain",
  title: "Flow",
  caption: "What is drawn.",
  alt: "What is seen.",
  x: { label: "lag", scale: "linear" },
  y: { label: "gain", scale: "category", categories: ["0.5"] },
  colour: { label: "gain", unit: "1/step", limit: 2 },
  layers: [
    { mark: "interval", table: "flow", x: "k", low: "k", high: "k", y: "gain", series: "gain" },
    { mark: "bar", table: "flow", x: "k", y: "gain" },
    { mark: "cell", table: "flow", x: "k", y: "k", value: "gain" },
  ],
}, {
  kind: "drawing",
  id: "unfolding",
  title: "Unfolding",
  caption: "What is drawn.",
  alt: "What is seen.",
  drawing: "rnn-unfolding",
  options: { steps: 8 },
}, {
  kind: "word-strips",
  id: "attention",
  title: "Attention",
  caption: "What is drawn.",
  alt: "What is seen.",
  table: "words",
  text: "sentence",
  word: "word",
  weight: "weight",
  strip: "measure",
  facts: ["label"],
  sumsToOne: true,
  colour: { label: "weight", limit: 0.5 },
}, {
  kind: "confusion-matrix",
  id: "confusion",
  title: "Confusion",
  caption: "What is drawn.",
  alt: "What is seen.",
  table: "counts",
  classes: ["negative", "positive"],
  actual: "actual",
  predicted: "predicted",
  count: "count",
  share: "share",
  facet: "model",
}];

const schema = z.array(figureSchema);

Deno.test("figureSchema accepts every kind of axis and layer unchanged", () => {
  assertEquals(parseJson(schema, JSON.stringify(figures), "figures"), figures);
});

Deno.test("figureSchema refuses an invalid figure, and parseJson() names the first invalid value", () => {
  const cases: [(string | number)[], unknown][] = [
    [[0, "kind"], "pie"],
    [[0, "id"], "Flow"],
    [[0, "alt"], ""],
    [[0, "layers"], []],
    [[0, "layers", 0, "role"], "guess"],
    [[0, "layers", 1, "label"], ""],
    [[0, "layers", 5, "radius"], 0],
    [[1, "x", "scale"], "category"],
    [[1, "y", "categories"], []],
    [[1, "colour", "limit"], 0],
    [[1, "layers", 0, "low"], undefined],
    [[1, "layers", 2, "value"], ""],
    [[2, "drawing"], "lstm-unfolding"],
    [[2, "options", "steps"], "8"],
    [[3, "weight"], ""],
    [[3, "sumsToOne"], 1],
    [[3, "colour", "limit"], 0],
    [[3, "facts"], "label"],
    [[4, "classes"], ["one"]],
    [[4, "classes"], Array.from({ length: 13 }, (_, i) => `class ${i}`)],
    [[4, "share"], undefined],
  ];
  for (const [place, to] of cases) {
    assertThrows(
      () => parseJson(schema, changed(figures, place, to), "figures"),
      SyntaxError,
      `figures does not match its schema at ${place.join(".")}: `,
    );
  }
});
