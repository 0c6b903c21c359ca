/** The learning comparison made small, for the tests. */
export const small = {
  ...{ hiddenSize: 3, size: 2, steps: 4, trainSequences: 5, testSequences: 2, epochs: 12 },
} as const;
