import { assertEquals } from "@std/assert";
import { complaints, declaredTypes } from "../../tools/docs.ts";

const ofPackage = "error[private-type-ref]: public type 'f' references private type 'Tensor2D'\n";
const ofOurs = "error[private-type-ref]: public type 'g' references private type 'Adapter'\n";
const undocumented = "error[missing-jsdoc]: exported symbol is missing JSDoc documentation\n";

Deno.test("complaints about types of packages are left out, all others stay", () => {
  const output = `${ofPackage}  --> a.ts:1:1\n${ofOurs}  --> b.ts:2:2\n${undocumented}`;
  assertEquals(complaints(output, new Set(["Adapter"])), [
    `${ofOurs}  --> b.ts:2:2\n`,
    undocumented,
  ]);
});

Deno.test("declaredTypes finds interfaces, types, classes and enums", () => {
  const source = "export interface A {}\ntype B = 1;\nclass C<T> {}\nenum D {}\nconst type = 2;";
  assertEquals(declaredTypes(source), ["A", "B", "C", "D"]);
});
