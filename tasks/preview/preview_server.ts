import { extname, join, relative } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The path of the preview's script and events; no path of a site begins with a dot. */
const SCRIPT = "/.preview/reload.js";
const EVENTS = "/.preview/events";

// A browser that reconnects receives the number of the build again.
const script = `let shown;
new EventSource("${EVENTS}").addEventListener("message", ({ data }) => {
  if (shown !== undefined && shown !== data) location.reload();
  shown = data;
});
`;

/** The host names by which a browser on this machine can reach the preview. */
const hosts = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Serves the folder of a site to browsers on this machine, and reloads them after each build.
 *
 * Each page is served with a script that reloads it. The files of the site are unchanged.
 */
export class PreviewServer {
  readonly #folder: string;
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #build: string = crypto.randomUUID();

  /** @param folder The site's folder, absolute. It may be created later. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reloads the pages in browsers. */
  reload(): void {
    this.#build = crypto.randomUUID();
    for (const listener of this.#listeners) {
      try {
        listener.enqueue(this.#event());
      } catch {
        this.#listeners.delete(listener); // The browser has closed the connection.
      }
    }
  }

  /** Answers a request. */
  async answer(request: Request): Promise<Response> {
    // The name of another site may point to this machine (DNS rebinding), so that its pages could
    // read the preview.
    if (!hosts.test(request.headers.get("host") ?? "")) {
      return this.#response(request, 403, "The preview answers only at localhost and 127.0.0.1");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return this.#response(request, 405, "Only GET and HEAD", { allow: "GET, HEAD" });
    }
    const { pathname } = new URL(request.url);
    if (pathname === EVENTS) return this.#events(request);
    if (pathname === SCRIPT) {
      return this.#response(request, 200, script, { "content-type": "text/javascript" });
    }
    const path = await this.#file(pathname);
    if (path === null) return this.#response(request, 404, "Not found");
    const type = types[extname(path)] ?? "";
    const bytes = await Deno.readFile(path).catch(() => null);
    if (bytes === null) return this.#response(request, 404, "Not found");
    const body = extname(path) === ".html" ? withScript(new TextDecoder().decode(bytes)) : bytes;
    return this.#response(request, 200, body, { "content-type": type });
  }

  /** Finds the file of a path; `null` if the site does not have it, or its type is not served. */
  async #file(pathname: string): Promise<string | null> {
    try {
      const path = decodeURIComponent(pathname).replace(/\/$/, "/index.html");
      if (!Object.hasOwn(types, extname(path)) || isHidden(path)) return null;
      // A link may lead out of the folder.
      const folder = await Deno.realPath(this.#folder);
      const file = await Deno.realPath(join(folder, path));
      const inside = relative(folder, file);
      if (isHidden(inside) || join(folder, inside) !== file) return null;
      // Reading anything else, such as a pipe, might not end.
      return (await Deno.stat(file)).isFile ? file : null;
    } catch {
      return null; // No such file, or a path that cannot be decoded.
    }
  }

  #events(request: Request): Response {
    const headers = { "content-type": "text/event-stream" };
    if (request.method === "HEAD") return this.#response(request, 200, null, headers);
    const listeners = this.#listeners;
    let own: ReadableStreamDefaultController<Uint8Array>;
    const first = this.#event();
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller;
        listeners.add(own);
        own.enqueue(first);
      },
      cancel() {
        listeners.delete(own);
      },
    });
    return this.#response(request, 200, stream, headers);
  }

  #event(): Uint8Array {
    return new TextEncoder().encode(`data: ${this.#build}\n\n`);
  }

  #response(
    { method }: Request,
    status: number,
    body: BodyInit | null,
    headers: Readonly<Record<string, string>> = {},
  ): Response {
    return new Response(method === "HEAD" ? null : body, {
      status,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        ...headers,
      },
    });
  }
}

/** Whether a path leads out of the folder, or has a name that begins with a dot. */
function isHidden(path: string): boolean {
  return path.split(/[\/\\]/).some((name) => name.startsWith("."));
}

/** Adds the script to a page, and allows it in the policy of the page. */
function withScript(page: string): string {
  const policy = /(<meta http-equiv="Content-Security-Policy" content=")([^"]*)/i;
  return page
    .replace(policy, "$1$2; script-src 'self'; connect-src 'self'")
    .replace(/<\/body>|$/i, (end) => `<script src="${SCRIPT}"></script>${end}`);
}
