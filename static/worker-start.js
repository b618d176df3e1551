// Starts a worker. The first message says what it is for: the bytes of a program to unpack, off the page's thread, or the
// program to run, which the page has had unpacked and all its workers share. Messages that come before the program
// listens are kept for it.
import init from "./app.js";
import { program } from "./program.js";

const early = [];
let first;
const keep = (event) => {
  event.stopImmediatePropagation();
  if (first) return void early.push(event);
  first = event.data;
  const started = first instanceof WebAssembly.Module ? run(first) : unpack(first);
  // Thrown where the page's listener for this worker's errors hears of it.
  started.catch((error) => setTimeout(() => { throw error; }));
};
addEventListener("message", keep);

async function unpack({ bytes, address }) {
  try {
    postMessage(await program(new Uint8Array(bytes), address));
  } catch (error) {
    postMessage(error.message);
  }
}

async function run(module) {
  await init({ module_or_path: module });

  // Programs that few need are fetched when the first file, question or report comes that needs them.
  const get = fetch;
  const opened = {};
  const open = (name, glue, wasm) =>
    (opened[name] ??= openProgram(get, glue, wasm).catch((error) => {
      delete opened[name];
      throw error;
    }));
  self.openParquet = async (source, share, shares) => {
    const { ParquetFile } = await open("parquet", () => import("./parquet.js"), "./parquet_bg.wasm");
    return source instanceof Uint8Array ? ParquetFile.ofBytes(source) : new ParquetFile(source, share, shares);
  };
  self.openQuestion = async (question, facts) => {
    const { AskedQuestion } = await open("query", () => import("./query.js"), "./query_bg.wasm");
    return new AskedQuestion(question, facts);
  };

  self.openReport = async () => (await open("report", () => import("./report.js"), "./report_bg.wasm")).Writer;

  // A page's content security policy does not bind its workers, and this is where the logs are read: from here on
  // it has no way to talk to anybody but the page, and to fetch the programs above.
  for (const name of ["EventSource", "WebSocket", "WebTransport", "XMLHttpRequest", "fetch"]) {
    Object.defineProperty(self, name, { value: undefined });
  }

  removeEventListener("message", keep);
  for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
}

async function openProgram(get, glue, wasm) {
  const address = new URL(wasm, import.meta.url);
  const [module, response] = await Promise.all([glue(), get(address)]);
  if (!response.ok) throw new Error(`${address} is answered with ${response.status}`);
  await module.default({ module_or_path: await program(new Uint8Array(await response.arrayBuffer()), address) });
  return module;
}
