/** A library of Python that is compared with. */
export type Library = "torch" | "jax";

/** What tables call each, in their order. */
export const LIBRARY_TITLES: Readonly<Record<Library, string>> = { torch: "PyTorch", jax: "JAX" };
