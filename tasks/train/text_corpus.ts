import { resolve } from "node:path";
import { InputError } from "../../src/core/errors.ts";
import type { Corpus } from "../../src/data/text/corpus.ts";
import { fileCorpus } from "../../src/data/text/file_corpus.ts";
import { mobyDick } from "../../src/data/text/moby_dick.ts";
import { tutorialSentences } from "../../src/data/text/tutorial_sentences.ts";
import { otherThanFile } from "../files.ts";
import { callerFolder } from "../project.ts";
import { readFile } from "../user_files.ts";

/**
 * The corpus of a name, or else of a file of the user's.
 *
 * @throws {InputError} Where there is no such file, or it cannot be read more than once.
 */
export async function textCorpus(name: string): Promise<Corpus> {
  if (name === "moby-dick") return await mobyDick();
  if (name === "sentences") return tutorialSentences;
  if (name === "-") throw new InputError("--corpus", "a file: it is read more than once", name);
  const info = await Deno.stat(resolve(callerFolder(), name)).catch(() => null);
  // It is read several times, which a pipe cannot be.
  if (!info?.isFile) {
    const found = info === null ? name : `${name}, ${otherThanFile(info)}`;
    throw new InputError("--corpus", "a file that there is, moby-dick or sentences", found);
  }
  await checkReadable(name);
  return fileCorpus(name, () => readFile(name));
}

async function checkReadable(name: string): Promise<void> {
  try {
    (await Deno.open(resolve(callerFolder(), name))).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new InputError("--corpus", "a file that may be read", name);
  }
}
