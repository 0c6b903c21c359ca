import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ProjectCopy } from "../project_copy.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Files from which a model cannot learn, with texts that the error must contain. */
type WrongFiles = readonly (readonly [file: string, content: Uint8Array, ...said: string[]])[];

const corpora: WrongFiles = [
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

const labelled: WrongFiles = [
  ["column.csv", bytes("text,lable\nOne.,a\n"), 'columns of column.csv must be some with "label"'],
  ["row.csv", bytes("text,label\nOne.,a\n ,b\n"), '"text" in row 3 of row.csv must be a text'],
  ["few.csv", bytes("text,label\nOne.,a\nTwo.,b\n"), "must be a file of at least 60", "found 2"],
  ["name.txt", bytes("text,label\nOne.,a\n"), "must be one that ends in .csv, .tsv or .jsonl"],
];

/** Runs an experiment with a file as the value of a parameter. */
function runWith(project: ProjectCopy, id: string, parameter: string, file: string) {
  const set = ["--set", `${parameter}=${file}`];
  return project.task("experiment", id, "--backend", "cpu", "--seeds", "1", ...set);
}

Deno.test("reportSite() reports a file that cannot be learned as an InputError, and not as a failure", async (t) => {
  await using project = await ProjectCopy.make();
  for (
    const [id, parameter, wrong] of [
      ["text-generation", "corpus", corpora],
      ["sentiment", "data", labelled],
    ] as const
  ) {
    for (const [file, content, ...said] of wrong) {
      await t.step(file, async () => {
        await Deno.writeFile(`${project.folder}/${file}`, content);
        const { code, out, err } = await runWith(project, id, parameter, file);
        assertEquals([code, out], [2, ""], err);
        for (const text of [`${id}: failed: `, ...said]) assertStringIncludes(err, text);
        assertEquals(err.includes("last-error.txt"), false, err);
        await assertRejects(
          () => Deno.stat(`${project.folder}/reports/${id}`),
          Deno.errors.NotFound,
        );
      });
    }
    for (const [file, why] of [["missing.txt", "no such file"], ["src", "a folder"]] as const) {
      await t.step(`${parameter}=${file}`, async () => {
        const { code, err } = await runWith(project, id, parameter, file);
        assertEquals(code, 2, err);
        const what = `the file ${file} of --set ${parameter}`;
        assertStringIncludes(err, `error: ${what} must be a readable file, found "${why}"`);
      });
    }
  }
  await t.step(
    "outcome() writes the details of an internal error to a file, and returns another exit code",
    async () => {
      const path = `${project.folder}/src/experiments/text_generation/sentences.ts`;
      await Deno.writeTextFile(
        path,
        'throw new Error("broken");\nexport const trainSentences = 1;\n',
      );
      const { code, err } = await runWith(project, "text-generation", "corpus", "short.txt");
      assertEquals(code, 1, err);
      assertStringIncludes(err, "text-generation: failed: broken (details in ");
    },
  );
});
