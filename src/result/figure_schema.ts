import { z } from "zod";
import type { CategoryAxis, ColourScale, Figure, Layer, NumberAxis } from "./figure.ts";
import { idSchema as id, textSchema as text } from "../core/schema.ts";

// The compiler checks each schema against its interface.

const numberAxis: z.ZodType<NumberAxis> = z.strictObject({
  label: text,
  unit: text.exactOptional(),
  scale: z.enum(["linear", "log"]),
  domain: z.tuple([z.number(), z.number()]).exactOptional(),
});

const categoryAxis: z.ZodType<CategoryAxis> = z.strictObject({
  label: text,
  scale: z.literal("category"),
  categories: z.array(text).min(1),
});

const colour: z.ZodType<ColourScale> = z.strictObject({
  label: text,
  unit: text.exactOptional(),
  limit: z.number().gt(0).exactOptional(),
});

const rows = { table: id, x: text };
const series = text.exactOptional();
const layer: z.ZodType<Layer> = z.discriminatedUnion("mark", [
  z.strictObject({
    mark: z.literal("line"),
    ...rows,
    y: text,
    series,
    role: z.enum(["measured", "theory"]),
    label: text.exactOptional(),
  }),
  z.strictObject({ mark: z.literal("band"), ...rows, low: text, high: text, series }),
  z.strictObject({ mark: z.literal("point"), ...rows, y: text, series }),
  z.strictObject({
    mark: z.literal("interval"),
    ...rows,
    low: text,
    high: text,
    y: text,
    series,
  }),
  z.strictObject({ mark: z.literal("bar"), ...rows, y: text, series }),
  z.strictObject({ mark: z.literal("cell"), ...rows, y: text, value: text }),
  z.strictObject({
    mark: z.literal("rule"),
    axis: z.enum(["x", "y"]),
    value: z.number(),
    label: text,
  }),
  z.strictObject({ mark: z.literal("circle"), radius: z.number().gt(0), label: text }),
]);

const figureText = { id, title: text, caption: text, alt: text };

/** Validates a {@link Figure}. */
export const figureSchema: z.ZodType<Figure> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("chart"),
    ...figureText,
    x: numberAxis,
    y: z.union([numberAxis, categoryAxis]),
    colour: colour.exactOptional(),
    series: z.array(text).exactOptional(),
    seriesLabel: text.exactOptional(),
    aspect: z.enum(["wide", "equal"]).exactOptional(),
    facet: text.exactOptional(),
    layers: z.array(layer).min(1),
  }),
  z.strictObject({
    kind: z.literal("drawing"),
    ...figureText,
    drawing: z.enum(["rnn-unfolding"]),
    options: z.record(z.string(), z.number()),
  }),
]);
