import { sha256 } from "../../src/platform/sha256.ts";

/** A package: its version, and the text of its modules by the export that gives each. */
interface Package {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** A registry on this machine that speaks JSR's protocol, so far as Deno asks. */
export class JsrRegistry implements AsyncDisposable {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** Text that is served in the place of a module, by the module's path. */
  readonly replaced: Record<string, string> = {};
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Deno keeps what it was served by its address, and a port comes again. */
  readonly #folder = `/${crypto.randomUUID()}/`;

  /** @param packages What it serves, by name; what is changed later is served changed. */
  constructor(readonly packages: Record<string, Package>) {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
      const path = new URL(request.url).pathname.replace(this.#folder, "/");
      this.asked.push(path);
      return this.#answer(path);
    });
  }

  /** Where it is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}${this.#folder}`;
  }

  /** The digest by which deno.lock knows a package. */
  integrity(name: string): string {
    return sha256(this.#description(name));
  }

  #description(name: string): string {
    const exports = this.packages[name]?.exports ?? {};
    const file = (text: string) => ({ size: text.length, checksum: `sha256-${sha256(text)}` });
    const paths = Object.keys(exports).map((entry) => [entry, `./${moduleName(entry)}`]);
    return JSON.stringify({
      manifest: Object.fromEntries(
        Object.entries(exports).map(([entry, text]) => [`/${moduleName(entry)}`, file(text)]),
      ),
      exports: Object.fromEntries(paths),
    });
  }

  #answer(pathname: string): Response {
    for (const [name, { version, exports }] of Object.entries(this.packages)) {
      const folder = `/${name}/`;
      if (!pathname.startsWith(folder)) continue;
      const path = pathname.slice(folder.length);
      const json = { headers: { "content-type": "application/json" } };
      if (path === "meta.json") {
        return Response.json({ latest: version, versions: { [version]: {} } });
      }
      if (path === `${version}_meta.json`) return new Response(this.#description(name), json);
      const entry = Object.keys(exports).find((one) => path === `${version}/${moduleName(one)}`);
      if (entry === undefined) break;
      return new Response(this.replaced[pathname] ?? exports[entry], {
        headers: { "content-type": "text/typescript" },
      });
    }
    return new Response("not here", { status: 404 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function moduleName(entry: string): string {
  return entry === "." ? "mod.ts" : `${entry.slice("./".length)}.ts`;
}
