import type { Target } from "../target.ts";
export const targets: readonly Target[] = [];
