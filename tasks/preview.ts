import { extname, join } from "node:path";
import { experiments } from "../src/experiments/registry.ts";
import { helpText, parseCommandLine, type Usage, wholeNumber } from "./command_line.ts";
import { DONE, main, reportFailure } from "./main.ts";
import { readOptions, reportFlags } from "./options.ts";
import { reportSite } from "./report_site.ts";

const usage: Usage = {
  command: "deno task preview",
  summary: "Builds the report, serves it on this machine, and builds it again on each change.",
  flags: [
    ...reportFlags,
    { name: "port", value: "N", help: "where it is served, 1024 to 65535 (default 8000)" },
  ],
  more: "A change of a page or of the source starts it again; reload the page to see it.",
  examples: [["deno task preview --profile quick", "http://127.0.0.1:8000/, with a smoke run"]],
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
};

await main(async () => {
  const line = parseCommandLine(Deno.args, usage);
  if (line.help) {
    console.log(helpText(usage));
    return DONE;
  }
  const options = readOptions(line, experiments, "reports/site");
  const port = wholeNumber("port", line.value("port") ?? "8000", 1024, 65535);
  try {
    await reportSite(options);
  } catch (error) {
    // A page that does not build is told, and the last good site is served meanwhile.
    console.error(`error: ${await reportFailure(error)}`);
  }
  const server = Deno.serve(
    { hostname: "127.0.0.1", port },
    (request) => serve(request, options.out),
  );
  await server.finished;
  return DONE;
});

/** Answers with a file of the folder. URLs resolve "..", so nothing above the folder is reached. */
async function serve(request: Request, folder: string): Promise<Response> {
  const path = decodeURIComponent(new URL(request.url).pathname).replace(/\/$/, "/index.html");
  const type = types[extname(path)];
  if (type === undefined || path.includes("..")) return new Response("Not found", { status: 404 });
  try {
    const bytes = await Deno.readFile(join(folder, path));
    return new Response(bytes, { headers: { "content-type": type, "cache-control": "no-store" } });
  } catch {
    return new Response("Not found", { status: 404 });
  }
}
