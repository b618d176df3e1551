// Starts a worker. Messages that come while its WebAssembly is compiled are kept until it listens.
import init from "./worker.js";

const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};

addEventListener("message", keep);
await init();
removeEventListener("message", keep);
for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
