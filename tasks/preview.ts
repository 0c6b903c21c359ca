import { fileURLToPath } from "node:url";
import { InputError } from "../src/core/errors.ts";
import { experiments } from "../src/experiments/registry.ts";
import { helpText, parseCommandLine, type Usage, wholeNumber } from "./cli/command_line.ts";
import { DONE, FAILED, main, WRONG_USAGE } from "./cli/main.ts";
import { readOptions, reportFlags, type ReportOptions } from "./report/options.ts";
import type { BuildRequest } from "./preview/preview_build.ts";
import { PreviewServer } from "./preview/preview_server.ts";
import { root } from "./cli/project.ts";
import { PARTS_KEPT } from "./cli/stop.ts";

const usage: Usage = {
  command: "deno task preview",
  summary: "Builds the report, serves it on this machine, and builds it again on each change.",
  flags: [
    ...reportFlags,
    { name: "port", value: "N", help: "the port at 127.0.0.1, 1024 to 65535 (default 8000)" },
  ],
  more: "If a page or the source changes, the report is built again, and open pages reload.",
  examples: [["deno task preview --profile quick", "a smoke test at http://127.0.0.1:8000/"]],
};

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readOptions(line, experiments, "reports/site");
  const port = wholeNumber("port", line.value("port") ?? "8000", 1024, 65535);
  const preview = new PreviewServer(options.out);
  const server = listen(port, preview);
  const first = await build(options);
  if (first === WRONG_USAGE) return first;
  preview.reload();
  // After a failed build the preview shows its error and still serves the last complete site.
  console.log(`The preview is http://127.0.0.1:${port}/`);
  onChange(async () => {
    const code = await build({ ...options, fresh: false });
    if (code === DONE) preview.reload();
  });
  await server.finished;
  return DONE;
}, PARTS_KEPT);

function listen(port: number, preview: PreviewServer): Deno.HttpServer {
  try {
    return Deno.serve(
      { hostname: "127.0.0.1", port, onListen: () => {} },
      (request) => preview.answer(request),
    );
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new InputError("--port", "a port that no other program uses", port);
    }
    throw error;
  }
}

/** Builds the site in a worker, which shows errors. Returns the exit code of the worker. */
function build({ experiments, ...options }: ReportOptions): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const worker = new Worker(new URL("preview/preview_build.ts", import.meta.url), {
    type: "module",
  });
  const { port1: here, port2: there } = new MessageChannel();
  here.onmessage = ({ data }) => resolve(data);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    console.error(`error: ${event.message.split("\n")[0]}`);
    resolve(FAILED);
  });
  const request: BuildRequest = { ...options, ids: experiments.map(({ id }) => id) };
  worker.postMessage(request, [there]);
  return promise.finally(() => {
    worker.terminate();
    here.close();
  });
}

/** Builds after each change of a page or of the source, one build at a time. */
function onChange(build: () => Promise<unknown>): void {
  let last: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = async (watcher: Deno.FsWatcher, ending: string) => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => path.endsWith(ending))) continue;
      // Editors write a file in several steps: wait until it is quiet.
      clearTimeout(timer);
      timer = setTimeout(() => last = last.then(build), 200);
    }
  };
  const folder = (name: string) => fileURLToPath(new URL(name, root));
  // Sites are below the folder of the pages, so subfolders are not watched.
  watch(Deno.watchFs(folder("reports"), { recursive: false }), ".md");
  watch(Deno.watchFs([folder("src"), folder("tasks")]), ".ts");
}
