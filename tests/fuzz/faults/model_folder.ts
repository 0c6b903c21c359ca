import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { writeTextModel } from "../../../src/generation/text_model.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import { ModelFolder } from "../../../tasks/train/model_folder.ts";
import { withFault } from "./in_process.ts";
import type { Scenario } from "./scenario.ts";

const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
const config = checkLanguageModelConfig({
  ...{ vocabularySize: tokenizer.vocabulary.size, embeddingDim: 2, hiddenSize: 3 },
});

/** Returns the files of a training. The text of each file names the training. */
function filesOf(id: string): ReadonlyMap<"model" | "last" | "history" | "best", string> {
  return new Map([
    ["model", writeTextModel({ config, tokenizer, training: { id } })],
    ["last", `last of ${id}`],
    ["history", `history of ${id}`],
    ["best", `best of ${id}`],
  ]);
}

/**
 * Writes the files of a training in the order of `deno task train`, in place of an earlier
 * training.
 */
async function write(path: string, id: string): Promise<void> {
  const folder = new ModelFolder(path);
  await folder.repair();
  const before = await folder.check(true);
  await folder.prepare();
  try {
    if (before) await folder.replace();
    for (const [file, text] of filesOf(id)) await folder.write(file, text);
    await folder.settle();
    // Writes a later checkpoint, when the new training has replaced the old one.
    await folder.write("last", `last of ${id}`);
  } finally {
    await folder.close();
  }
}

async function read(path: string): Promise<string[]> {
  const folder = new ModelFolder(path);
  const found: string[] = [];
  for (const file of ["model", "last", "history", "best"] as const) {
    const bytes = await folder.read(file);
    const text = bytes === null ? "nothing" : new TextDecoder().decode(bytes);
    found.push(file === "model" ? /"id": "(\w+)"/.exec(text)?.[1] ?? text : text);
  }
  return found;
}

/** A training that replaces another. */
export const modelFolder: Scenario = {
  name: "model-folder",
  async prepare(folder) {
    await write(`${folder}/model`, "old");
    await Deno.writeTextFile(`${folder}/model/notes.txt`, "mine\n");
  },
  work: (folder, fault) => withFault(folder, fault, () => write(`${folder}/model`, "new")),
  async isWhole(folder) {
    const found = await read(`${folder}/model`);
    const id = found[0] ?? "";
    const whole = [id, `last of ${id}`, `history of ${id}`, `best of ${id}`];
    if (found.join() !== whole.join()) return `Files of two trainings: ${found.join(", ")}`;
    const notes = await Deno.readTextFile(`${folder}/model/notes.txt`).catch(() => null);
    return notes === "mine\n" ? null : "A file of the user's is lost or changed: notes.txt";
  },
  // The folder of drafts may stay in a model's folder.
  mayStay: (path) => path === "model/.unroll-drafts/",
};
