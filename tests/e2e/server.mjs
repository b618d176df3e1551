// A static file server, as plain as a bucket: GET and HEAD, content types, nothing else.
//
// As a program: node server.mjs [--port 8080] [--host 127.0.0.1] [--prefix /] [--root dist]
// As a module:  const server = await serve({ port: 0, prefix: "/some/prefix/", root: "dist" });
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/**
 * Serves a folder under a prefix. `requests` of the result lists what was asked for, oldest first; `types`
 * replaces content types, to see what a badly set up host does.
 */
export async function serve({ port = 0, host = "127.0.0.1", prefix = "/", root = DIST, types = {} } = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = (status, headers, text) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
      response.end(text);
    };
    if (request.method !== "GET" && request.method !== "HEAD") return answer(405, { allow: "GET, HEAD" }, "405\n");
    const path = fileOf(request.url, prefix, root);
    const info = path && (await stat(path).catch(() => null));
    if (!info?.isFile()) return answer(404, {}, "404\n");
    const type = types[extname(path)] ?? TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": info.size, "cache-control": "no-cache" });
    if (request.method === "HEAD") return response.end();
    createReadStream(path).on("error", () => response.destroy()).pipe(response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return {
    port: server.address().port,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function fileOf(url, prefix, root) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, "http://host").pathname);
  } catch {
    return null;
  }
  if (!path.startsWith(prefix) || path.includes("\0")) return null;
  path = path.slice(prefix.length);
  const file = normalize(join(root, path === "" || path.endsWith("/") ? `${path}index.html` : path));
  return file.startsWith(normalize(root) + sep) ? file : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      prefix: { type: "string", default: "/" },
      root: { type: "string", default: DIST },
    },
  });
  try {
    const { port } = await serve({ ...values, port: Number(values.port) });
    console.log(`flowlens is at http://${values.host}:${port}${values.prefix} (Ctrl-C stops it)`);
  } catch (error) {
    console.error(error.code === "EADDRINUSE" ? `Port ${values.port} is taken: ./dev serve <port> takes another.` : error);
    process.exitCode = 1;
  }
}
