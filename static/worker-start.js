// Starts a worker. Messages that come while its WebAssembly is compiled are kept until it listens.
import init from "./worker.js";
import { program } from "./program.js";

const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};

addEventListener("message", keep);
await init({ module_or_path: program(new URL("./worker_bg.wasm", import.meta.url)) });

// Parquet files are read by a program of its own, which is fetched when the first one comes.
const get = fetch;
let parquet;
self.openParquet = async (source, share, shares) => {
  parquet ??= import("./parquet.js").then(async (module) => {
    await module.default({ module_or_path: program(new URL("./parquet_bg.wasm", import.meta.url), get) });
    return module;
  });
  try {
    await parquet;
  } catch (error) {
    parquet = undefined;
    throw error;
  }
  const { ParquetFile } = await parquet;
  return source instanceof Uint8Array ? ParquetFile.ofBytes(source) : new ParquetFile(source, share, shares);
};

// A page's content security policy does not bind its workers, and this is where the logs are read: from here on
// it has no way to talk to anybody but the page, and to fetch the program above.
for (const name of ["EventSource", "WebSocket", "WebTransport", "XMLHttpRequest", "fetch"]) {
  Object.defineProperty(self, name, { value: undefined });
}

removeEventListener("message", keep);
for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
