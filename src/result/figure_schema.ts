import { z } from "zod";
import { textSchema as text } from "../core/schema.ts";
import type { CategoryAxis, NumberAxis } from "./axes.ts";
import { confusionFigureSchema } from "./confusion_figure.ts";
import { drawingChecks, type DrawingName } from "./drawings.ts";
import type { Figure } from "./figure.ts";
import { colourSchema, figureTextSchema } from "./figure_text.ts";
import { layerSchema } from "./marks.ts";
import { wordStripsSchema } from "./word_strips.ts";

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

const drawingNames = Object.keys(drawingChecks).filter(isDrawingName);

function isDrawingName(name: string): name is DrawingName {
  return Object.hasOwn(drawingChecks, name);
}

/** Validates a {@link Figure}. */
export const figureSchema: z.ZodType<Figure> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("chart"),
    ...figureTextSchema,
    x: numberAxis,
    y: z.union([numberAxis, categoryAxis]),
    colour: colourSchema.exactOptional(),
    series: z.array(text).exactOptional(),
    seriesLabel: text.exactOptional(),
    aspect: z.enum(["wide", "equal"]).exactOptional(),
    facet: text.exactOptional(),
    layers: z.array(layerSchema).min(1),
  }),
  z.strictObject({
    kind: z.literal("drawing"),
    ...figureTextSchema,
    drawing: z.enum(drawingNames),
    options: z.record(z.string(), z.number()),
  }),
  wordStripsSchema,
  confusionFigureSchema,
]);
