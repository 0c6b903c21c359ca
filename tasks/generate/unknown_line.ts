/** Tokens that are named, and how much of each. */
const NAMED = 8;
const LONGEST = 24;

/** What is said of tokens of a prompt that a model does not know; `null` where there are none. */
export function unknownLine(unknown: readonly string[]): string | null {
  if (unknown.length === 0) return null;
  const named = unknown.slice(0, NAMED).map((token) => {
    const letters = [...token];
    const shown = letters.length <= LONGEST
      ? token
      : `${letters.slice(0, LONGEST - 3).join("")}...`;
    return JSON.stringify(shown);
  });
  const more = unknown.length - named.length;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `The model does not know ${named.join(", ")}${rest} of the prompt, and takes <UNK> for ${
    unknown.length === 1 ? "it" : "each"
  }.`;
}
