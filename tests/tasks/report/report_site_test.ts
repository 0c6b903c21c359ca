import { assertEquals, assertStringIncludes } from "@std/assert";
import { ProjectCopy } from "../project_copy.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Files from which a model cannot learn, with texts that the error must contain. */
const wrong: readonly (readonly [file: string, content: Uint8Array, ...said: string[]])[] = [
  [
    "binary",
    Uint8Array.of(0x61, 0, 0x62),
    "text without NUL bytes",
    "It seems to be a binary file.",
  ],
  ["empty.txt", bytes(""), 'empty.txt must be a text, found "nothing but white space"'],
  [
    "latin-1.txt",
    Uint8Array.of(0x6e, 0x61, 0xef, 0x76, 0x65),
    "latin-1.txt must be UTF-8 at byte 2",
  ],
  ["line.txt", bytes("One line.\n"), "the documents of line.txt must be 2 or more, found 1"],
  ["short.txt", bytes("One.\n\nTwo.\n"), "training characters must be"],
];

Deno.test("reportSite() reports a corpus that cannot be learned as an InputError, and not as a failure", async (t) => {
  await using project = await ProjectCopy.make();
  const run = (file: string) =>
    project.task(
      "experiment",
      "text-generation",
      "--backend",
      "cpu",
      "--seeds",
      "1",
      "--set",
      `corpus=${file}`,
    );
  for (const [file, content, ...said] of wrong) {
    await t.step(file, async () => {
      await Deno.writeFile(`${project.folder}/${file}`, content);
      const { code, out, err } = await run(file);
      assertEquals([code, out], [2, ""], err);
      for (const text of ["text-generation: failed: ", ...said]) assertStringIncludes(err, text);
      assertEquals(err.includes("last-error.txt"), false, err);
    });
  }
  for (const [file, why] of [["missing.txt", "no such file"], ["src", "a folder"]] as const) {
    await t.step(file, async () => {
      const { code, err } = await run(file);
      assertEquals(code, 2, err);
      const message = `the file ${file} of --set corpus must be a readable file, found "${why}"`;
      assertStringIncludes(err, `error: ${message}`);
    });
  }
  await t.step(
    "outcome() writes the details of an internal error to a file, and returns another exit code",
    async () => {
      const path = `${project.folder}/src/experiments/text_generation/sentences.ts`;
      await Deno.writeTextFile(
        path,
        'throw new Error("broken");\nexport const trainSentences = 1;\n',
      );
      const { code, err } = await run("short.txt");
      assertEquals(code, 1, err);
      assertStringIncludes(err, "text-generation: failed: broken (details in ");
    },
  );
});
