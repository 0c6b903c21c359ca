import { assertEquals } from "@std/assert";
import { complaints, declaredTypes, undocumented } from "../../tools/docs.ts";

const ofPackage = "error[private-type-ref]: public type 'f' references private type 'Tensor2D'\n";
const ofOurs = "error[private-type-ref]: public type 'g' references private type 'Adapter'\n";
const noDoc = "error[missing-jsdoc]: exported symbol is missing JSDoc documentation\n";

Deno.test("complaints() leaves out types of packages and keeps all others", () => {
  const output = `${ofPackage}  --> a.ts:1:1\n${ofOurs}  --> b.ts:2:2\n${noDoc}`;
  assertEquals(complaints(output, new Set(["Adapter"])), [
    `${ofOurs}  --> b.ts:2:2\n`,
    noDoc,
  ]);
});

Deno.test("declaredTypes() finds interfaces, types, classes and enums", () => {
  const source = "export interface A {}\ntype B = 1;\nclass C<T> {}\nenum D {}\nconst type = 2;";
  assertEquals(declaredTypes(source), ["A", "B", "C", "D"]);
});

const source = `
/** Adds. @param a One. */
export function add(a: number, { b }: { b: number }, c = 1, ...rest: number[]): number {
  return a + b + c + rest.length;
}

/** Waits and writes. */
export async function write(): Promise<void> {}

/** A box. */
export class Box {
  /** Makes a box. */
  constructor(readonly size: number) {}
  /** The side. */
  get side(): number {
    return this.size;
  }
  /** Doubles it. @param by A factor. */
  scale(by: number): this {
    return this.size > by ? this : this;
  }
  /** Hidden. */
  protected hidden(a: number): number {
    return a;
  }
}

/** A shape. */
export interface Shape {
  /** Its area. @returns The area. @param unit The unit. */
  area(unit: string): number;
}
`;

Deno.test("undocumented() names parameters and return values without a tag", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, source.replaceAll(/ @/g, "\n * @"));
    const command = new Deno.Command(Deno.execPath(), { args: ["doc", "--json", file] });
    const { stdout } = await command.output();
    const lines = undocumented(new TextDecoder().decode(stdout));
    assertEquals(lines.map((line) => line.replace(/^.*:\d+ /, "")).sort(), [
      "Box.scale(): @returns",
      "add(): @param c, @param rest, @param of an object that is taken apart, @returns",
      "new Box(): @param size",
    ]);
  } finally {
    await Deno.remove(file);
  }
});
