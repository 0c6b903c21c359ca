import {
  type Architecture,
  architectures,
  matchedHiddenSize,
  type NetworkSizes,
} from "./architectures.ts";

/** By what networks are alike. */
export const likenesses = ["same hidden size", "matched parameters"] as const;

/** One of the {@link likenesses}. */
export type Likeness = (typeof likenesses)[number];

/** An architecture at a size; an LSTM is the measure of both likenesses, so it is there once. */
export interface Contender {
  readonly architecture: Architecture;
  readonly likeness: Likeness | "both";
  readonly hiddenSize: number;
}

/** The contenders for networks of these sizes: every architecture, in each likeness. */
export function contendersOf(sizes: NetworkSizes): Contender[] {
  const { hiddenSize } = sizes;
  const lstm = { ...sizes, architecture: "LSTM" } as const;
  return architectures.flatMap((architecture): Contender[] => {
    if (architecture === "LSTM") return [{ architecture, likeness: "both", hiddenSize }];
    const matched = matchedHiddenSize(architecture, lstm);
    return [
      { architecture, likeness: "same hidden size", hiddenSize },
      { architecture, likeness: "matched parameters", hiddenSize: matched },
    ];
  });
}

/** Whether a contender is one of those that are alike so. */
export function isAlike({ likeness }: Contender, as: Likeness): boolean {
  return likeness === as || likeness === "both";
}

/** The contender's name in tables and figures. */
export function contenderName({ architecture, likeness }: Contender): string {
  return likeness === "matched parameters" ? `${architecture}, matched` : architecture;
}

/** The names of all contenders, in the order of figures. */
export const contenderNames: readonly string[] = [
  ...architectures,
  ...architectures.filter((name) => name !== "LSTM").map((name) => `${name}, matched`),
];
