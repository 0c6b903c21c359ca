import { otherCases } from "../webgpu/cases.ts";
import { compare } from "./compare.ts";

for (const one of otherCases()) {
  Deno.test(`${one.name}: as plain TypeScript`, () => compare(one, 2, 3));
}
