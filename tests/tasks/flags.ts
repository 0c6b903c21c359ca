/**
 * Combines default flags of a task with given arguments. A default is left out if its flag is
 * given, since a flag may be given only once.
 */
export function withDefaults(defaults: readonly string[], given: readonly string[]): string[] {
  const left: string[] = [];
  for (let i = 0; i < defaults.length; i += 2) {
    const [flag = "", value = ""] = defaults.slice(i, i + 2);
    if (!given.includes(flag)) left.push(flag, value);
  }
  return [...left, ...given];
}
