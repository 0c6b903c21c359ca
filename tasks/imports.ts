/** The relative imports in a source text, as paths from the project's folder. */
export function importsOf(path: string, source: string): string[] {
  return specifiersOf(source).filter((specifier) => specifier.startsWith("."))
    .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
}

/** Everything that a source text imports, as it is written there; comments are passed over. */
export function specifiersOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found = code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found].map(([, specifier = ""]) => specifier);
}
