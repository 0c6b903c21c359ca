import { z } from "zod";

const matrix = z.array(z.array(z.number()));

const eigenvalueCase = z.object({
  name: z.string(),
  matrix,
  eigenvalues: z.array(z.tuple([z.number(), z.number()])),
  spectral_radius: z.number(),
  spectral_norm: z.number(),
});

const flowCase = z.object({
  gain: z.number(),
  W_hh: matrix,
  W_ih: matrix,
  b_h: z.array(z.number()),
  x: matrix,
  jacobian_norm_by_lag: z.array(z.number()),
});

/** Matrices with LAPACK's eigenvalues and norms. */
export const eigenvalueCases: z.infer<typeof eigenvalueCase>[] = z.array(eigenvalueCase).parse(
  read("eigenvalues.json"),
);

/** Tanh networks with the norms of their Jacobian products, in float64. */
export const flowCases: z.infer<typeof flowCase>[] = z.array(flowCase).parse(
  read("jacobian_flow.json"),
);

function read(name: string): unknown {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
}
