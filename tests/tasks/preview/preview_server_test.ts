import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PreviewServer } from "../../../tasks/preview/preview_server.ts";
import { findChromium, launch } from "../../browser.ts";

const page = `<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>A</title>
</head><body><h1>A</h1></body></html>`;

/** Creates a folder with a site, and hidden files and links inside and beside it. */
async function site(): Promise<{ readonly folder: string; readonly whole: string }> {
  const whole = await Deno.realPath(await Deno.makeTempDir({ prefix: "unroll-preview-" }));
  const folder = `${whole}/site`;
  await Deno.mkdir(`${folder}/data/.stage`, { recursive: true });
  await Deno.writeTextFile(`${folder}/index.html`, page);
  await Deno.writeTextFile(`${folder}/data/a.json`, "{}");
  await Deno.writeTextFile(`${folder}/data/.secret.json`, "{}");
  await Deno.writeTextFile(`${folder}/data/.stage/b.json`, "{}");
  await Deno.writeTextFile(`${folder}/notes.txt`, "mine");
  await Deno.writeTextFile(`${whole}/outside.json`, "{}");
  await Deno.symlink("../../outside.json", `${folder}/data/out.json`);
  await Deno.symlink("a.json", `${folder}/data/in.json`);
  await Deno.symlink(".secret.json", `${folder}/data/hidden.json`);
  await Deno.symlink(whole, `${folder}/up`);
  await Deno.mkdir(`${folder}/folder.json`);
  return { folder, whole };
}

function request(path: string, init: RequestInit & { readonly host?: string | null } = {}) {
  const { host = "127.0.0.1:8000", ...rest } = init;
  const headers = host === null ? {} : { host };
  return new Request(`http://127.0.0.1:8000${path}`, { ...rest, headers });
}

Deno.test("PreviewServer answers only at host names of this machine", async () => {
  const { folder, whole } = await site();
  const server = new PreviewServer(folder);
  const status = async (host: string | null) =>
    (await server.answer(request("/data/a.json", { host }))).status;
  for (const host of ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:9000"]) {
    assertEquals(await status(host), 200, host);
  }
  const others = [
    ...["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"],
    ...["127.0.0.1@evil.example", "localhost:8000.evil.example", "0.0.0.0:8000", "", "10.0.0.1"],
  ];
  for (const host of [...others, null]) assertEquals(await status(host), 403, `${host}`);
  await Deno.remove(whole, { recursive: true });
});

Deno.test("PreviewServer answers only GET and HEAD", async () => {
  const { folder, whole } = await site();
  const server = new PreviewServer(folder);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const response = await server.answer(request("/", { method }));
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"], method);
  }
  const head = await server.answer(request("/", { method: "HEAD" }));
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals((await server.answer(request("/none.html", { method: "HEAD" }))).status, 404);
  await Deno.remove(whole, { recursive: true });
});

Deno.test({
  name: "PreviewServer serves files of the site, but no hidden files and no files elsewhere",
  ignore: Deno.build.os === "windows", // On Windows, creating a link requires a right.
  async fn() {
    const { folder, whole } = await site();
    const pipe = await new Deno.Command("mkfifo", { args: [`${folder}/pipe.json`] }).output();
    assert(pipe.success);
    const server = new PreviewServer(folder);
    const get = (path: string) => server.answer(request(path));
    for (const path of ["/", "/index.html", "/data/a.json", "/data/in.json", "/data/%61.json"]) {
      const response = await get(path);
      assertEquals(response.status, 200, path);
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      assertEquals(response.headers.get("cache-control"), "no-store");
      await response.body?.cancel();
    }
    const refused = [
      ...["/data/out.json", "/up/outside.json", "/data/hidden.json"],
      ...["/data/.secret.json", "/data/%2esecret.json", "/data/.stage/b.json", "/.preview/x.json"],
      ...[
        "/notes.txt",
        "/data",
        "/data/",
        "/folder.json",
        "/pipe.json",
        "/none.json",
        "/%",
        "/%00",
      ],
      ...["/..%2foutside.json", "/data/..%2f..%2foutside.json", "/data%5c..%5coutside.json"],
      ...["/constructor", "/x.constructor", "/index.html.__proto__"],
    ];
    for (const path of refused) {
      const response = await get(path);
      assertEquals([response.status, await response.text()], [404, "Not found"], path);
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    }
    await Deno.remove(whole, { recursive: true });
  },
});

Deno.test("PreviewServer adds its script to pages, and does not change the files", async () => {
  const { folder, whole } = await site();
  const server = new PreviewServer(folder);
  const text = await (await server.answer(request("/"))).text();
  assertStringIncludes(text, `<script src="/.preview/reload.js"></script></body>`);
  assertStringIncludes(text, "default-src 'none'; script-src 'self'; connect-src 'self'");
  assertEquals(await Deno.readTextFile(`${folder}/index.html`), page);
  await Deno.remove(whole, { recursive: true });
});

const chromium = await findChromium();

Deno.test({
  name: "PreviewServer reloads open pages after a build" +
    (chromium === null ? " (skipped: no Chromium; name one with CHROMIUM)" : ""),
  ignore: chromium === null,
  // The browser's connections close a moment after the browser does.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { folder, whole } = await site();
    const preview = new PreviewServer(folder);
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => preview.answer(request),
    );
    const browser = await launch(chromium ?? "");
    try {
      const tab = await browser.newPage();
      const events = tab.waitForRequest(/\.preview\/events$/);
      await tab.goto(`http://127.0.0.1:${server.addr.port}/`);
      await (await events).response();
      await Deno.writeTextFile(`${folder}/index.html`, page.replace("<h1>A", "<h1>B"));
      // If the browser connects after this build, it does not reload, so the test announces builds
      // until it does.
      const again = setInterval(() => preview.reload(), 200);
      await tab.waitForSelector("text=B", { timeout: 20_000 });
      clearInterval(again);
    } finally {
      await browser.close();
      await server.shutdown();
    }
    await Deno.remove(whole, { recursive: true });
  },
});
