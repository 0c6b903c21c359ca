import { z } from "zod";

/** Validates text that is there. */
export const textSchema = z.string().min(1);

/** Validates an id: lower-case letters, digits and hyphens between them. */
export const idSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
