import { assert, assertEquals } from "@std/assert";
import { ProjectCopy } from "./tasks/project_copy.ts";

Deno.test("README's program writes what the command of the same seed does", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const blocks = [...readme.matchAll(/^```ts.*\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
  const program = blocks.find((code) => code.includes("loadTextModel("));
  assert(program !== undefined, "README has no program that loads a model");
  await using project = await ProjectCopy.make();
  const trained = await project.task(
    "train",
    ...["--corpus", "sentences", "--out", "models/whale", "--epochs", "1"],
    ...["--embedding", "4", "--hidden", "5"],
  );
  assertEquals(trained.code, 0, trained.err);
  await Deno.writeTextFile(`${project.folder}/ask.ts`, program);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "--no-prompt", "--allow-read", "--ignore-env", "ask.ts"],
    cwd: project.folder,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const wanted = await project.task(
    "generate",
    ...["--model", "models/whale", "--prompt", "the whale", "--strategy", "top-p", "--p", "0.9"],
  );
  assertEquals(`${new TextDecoder().decode(stdout)}\n`, wanted.out);
});
