/**
 * Returns a deep copy as JSON in which the value at one path is replaced, or removed if no value is
 * given.
 */
export function changed(value: unknown, place: (string | number)[], to?: unknown): string {
  const copy = structuredClone(value);
  let parent = copy;
  for (const key of place.slice(0, -1)) parent = Reflect.get(Object(parent), key);
  const key = place.at(-1) ?? "";
  if (to === undefined) Reflect.deleteProperty(Object(parent), key);
  else Reflect.set(Object(parent), key, to);
  return JSON.stringify(copy);
}
