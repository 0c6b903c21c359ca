import { otherCases } from "../cases.ts";
import { compare } from "./compare.ts";

for (const one of otherCases()) {
  Deno.test(`${one.name}: as plain TypeScript`, () => compare(one, 2, 3));
}
