import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProjectCopy } from "./project_copy.ts";

const quick = [
  "--profile",
  "quick",
  "--seeds",
  "1",
  "--backend",
  "cpu",
  "--only",
  "vanishing-gradients",
];

/** Finds a port that is free at this moment. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Reads a stream until it contains an expected text. */
class Lines {
  text = "";
  readonly #done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#done = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) this.text += decoder.decode(chunk, { stream: true });
    })();
  }

  async until(wanted: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!this.text.includes(wanted)) {
      assert(Date.now() < end, `waited for ${wanted} in: ${this.text}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async end(): Promise<string> {
    await this.#done;
    return this.text;
  }
}

/** Receives the events of builds, like an open page. */
class Builds implements Disposable {
  private constructor(readonly connection: Deno.Conn) {}

  static async listen(port: number): Promise<Builds> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const request = "GET /.preview/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    await connection.write(new TextEncoder().encode(request));
    return new Builds(connection);
  }

  /** Waits for the next build, and returns its name. */
  async next(): Promise<string> {
    const chunk = new Uint8Array(4096);
    for (let text = "";;) {
      const length = await this.connection.read(chunk);
      assert(length !== null, "the preview hung up");
      text += new TextDecoder().decode(chunk.subarray(0, length));
      const [, build] = /^data: (.+)$/m.exec(text) ?? [];
      if (build !== undefined) return build;
    }
  }

  [Symbol.dispose](): void {
    this.connection.close();
  }
}

/** Requests a path exactly as given, and returns the status. Other clients would normalise it. */
async function rawStatus(port: number, path: string): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return Number(answer.split(" ")[1]);
}

Deno.test("preview serves the site, and builds it again when a page or the source changes", async (t) => {
  await using project = await ProjectCopy.make();
  assertEquals((await project.task("preview", "--help")).code, 0);
  const port = freePort();
  const child = await project.spawn("preview", ...quick, "--port", `${port}`);
  const out = new Lines(child.stdout);
  const err = new Lines(child.stderr);
  const page = `${project.folder}/reports/index.md`;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const waitFor = async (path: string, wanted: string) => {
    const end = Date.now() + 60_000;
    while (!(await get(path)).text.includes(wanted)) {
      assert(Date.now() < end, `waited for ${wanted}: ${err.text}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  try {
    await out.until(`http://127.0.0.1:${port}/`);

    await t.step("files of the site are served, and nothing else", async () => {
      const { status, text } = await get("/");
      assertEquals(status, 200);
      assertMatch(text, /<h1>Recurrent networks, measured/);
      assertEquals(JSON.parse((await get("/data/manifest.json")).text).profile, "quick");
      for (const path of ["/%", "/../deno.json", "/..%2f..%2fdeno.json", "/%00", "/nothing.html"]) {
        assertEquals(await rawStatus(port, path), 404, path);
      }
    });

    await t.step(
      "a changed page is built with the kept runs, and open pages reload",
      async () => {
        using builds = await Builds.listen(port);
        const before = await builds.next();
        const source = await Deno.readTextFile(page);
        await Deno.writeTextFile(page, source.replace(/^# .*/, "# A new heading"));
        await waitFor("/", "<h1>A new heading");
        assertStringIncludes(err.text, "vanishing-gradients: kept from");
        assert(await builds.next() !== before);
      },
    );

    await t.step(
      "a page that does not build shows the error, and the last site stays",
      async () => {
        const source = await Deno.readTextFile(page);
        await Deno.writeTextFile(page, `${source}\n{{metric:nothing}}\n`);
        await err.until("error: reports/index.md:");
        assertStringIncludes((await get("/")).text, "<h1>A new heading");
        await Deno.writeTextFile(page, source.replace(/^# .*/, "# A third heading"));
        await waitFor("/", "<h1>A third heading");
      },
    );

    await t.step("a changed source is loaded again", async () => {
      const style = `${project.folder}/src/report/page/layout.ts`;
      const source = await Deno.readTextFile(style);
      assertStringIncludes(source, "</title>");
      await Deno.writeTextFile(style, `${source}\nsyntax error`);
      await err.until("error: Uncaught");
      await Deno.writeTextFile(style, source.replace("</title>", ", changed</title>"));
      await waitFor("/", ", changed</title>");
    });

    await t.step("it does not build again by itself", async () => {
      const built = () => err.text.split("kept from").length;
      await new Promise((done) => setTimeout(done, 1000));
      const before = built();
      await new Promise((done) => setTimeout(done, 2000));
      assertEquals(built(), before);
    });

    await t.step("a port in use is refused", async () => {
      const second = await project.task("preview", ...quick, "--port", `${port}`);
      assertEquals(second.code, 2, second.err);
      assertStringIncludes(
        second.err,
        `error: --port must be a port that no other program uses, found ${port}`,
      );
    });
  } finally {
    child.kill("SIGINT");
  }
  assertEquals((await child.status).code, 130);
  await out.end();
  assertStringIncludes(await err.end(), "the same command without --fresh continues from there");
});

Deno.test("preview refuses a folder that cannot take the site, in one line", async () => {
  await using project = await ProjectCopy.make();
  const { code, err } = await project.task(
    ...["preview", ...quick, "--port", `${freePort()}`, "--out", "deno.json"],
  );
  assertEquals(code, 2, err);
  const lines = err.trim().split("\n");
  assertEquals(lines.length, 1, err);
  assertStringIncludes(lines[0] ?? "", "error: --out must be a folder");
});
