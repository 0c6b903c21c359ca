import type { BaselineName } from "./baselines.ts";

/** Names of the n-gram models in tables and figures. */
export const names: Readonly<Record<BaselineName, string>> = {
  "uniform": "uniform",
  "unigram": "unigram",
  "bigram": "bigram",
  "3-gram": "3-gram",
  "5-gram": "5-gram",
  "8-gram": "8-gram",
};
