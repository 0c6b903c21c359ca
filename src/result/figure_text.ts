import { z } from "zod";
import { idSchema as id, textSchema as text } from "../core/schema.ts";
import type { ColourScale } from "./axes.ts";

/** The text of every figure. */
export interface FigureText {
  /** The id, unique in the result: letters, digits and hyphens. */
  readonly id: string;
  /** A short heading. */
  readonly title: string;
  /** A plain text that says what the figure shows, what bands, symbols and dashes mean, and n. */
  readonly caption: string;
  /** A description for a reader who cannot see the figure. */
  readonly alt: string;
}

/** The properties of a schema that validate a {@link FigureText}. */
export const figureTextSchema = { id, title: text, caption: text, alt: text };

/** Validates a {@link ColourScale}. */
export const colourSchema: z.ZodType<ColourScale> = z.strictObject({
  label: text,
  unit: text.exactOptional(),
  limit: z.number().gt(0).exactOptional(),
});
