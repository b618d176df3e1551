// Starts a worker. Messages that come while its WebAssembly is compiled are kept until it listens.
import init from "./worker.js";

const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};

addEventListener("message", keep);
await init();

// A page's content security policy does not bind its workers, and this is where the logs are read: from here on
// it has no way to talk to anybody but the page.
for (const name of ["EventSource", "WebSocket", "WebTransport", "XMLHttpRequest", "fetch"]) {
  Object.defineProperty(self, name, { value: undefined });
}

removeEventListener("message", keep);
for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
