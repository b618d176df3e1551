// Starts the page, and says in plain text why it does not start when it does not: this part must work where
// WebAssembly or the files themselves are missing, and when opened from a disk, so it is a classic script.
(function () {
  "use strict";

  // (module (func (result v128) i32.const 0 i8x16.splat)): valid only where WebAssembly has SIMD.
  var SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
  var page = document.querySelector("meta[name=flowlens-page]");
  var workerStart = document.querySelector("meta[name=flowlens-worker]");

  function say(text) {
    var message = document.getElementById("start-message");
    if (!message) return;
    var main = message.parentNode;
    main.setAttribute("data-phase", "failed");
    message.setAttribute("role", "alert");
    message.textContent = text;
  }

  function browserIsTooOld() {
    return typeof WebAssembly !== "object" || typeof DecompressionStream !== "function" || !WebAssembly.validate(new Uint8Array(SIMD));
  }

  function failed(error) {
    say(
      "The page could not be started: " + (error && error.message ? error.message : error) + ". " +
      "If you host it yourself, check that every file of the build is there and that files ending in .js " +
      "are served as text/javascript."
    );
    if (window.console) console.error(error);
  }

  // A program that has stopped takes no more clicks: say so, rather than leave a page that looks alive.
  function stopped(error) {
    if (!(error instanceof WebAssembly.RuntimeError) || document.getElementById("stopped")) return;
    var notice = document.createElement("p");
    notice.id = "stopped";
    notice.setAttribute("role", "alert");
    notice.textContent =
      "The page has stopped because of a fault in it. Reload it to start again; your files are as they were. " +
      "The browser's console says where the fault is.";
    document.body.insertBefore(notice, document.body.firstChild);
  }

  if (location.protocol === "file:") {
    say(
      "Browsers do not run WebAssembly from a file opened directly. Serve this folder instead, for example with " +
      "\"python3 -m http.server\" inside it, and open http://localhost:8000."
    );
    return;
  }
  if (browserIsTooOld()) {
    say(
      "This browser is too old: flowlens needs WebAssembly with SIMD, module workers and DecompressionStream, which Chrome and Edge have since version 91, " +
      "Firefox since 114 and Safari since 16.4."
    );
    return;
  }

  addEventListener("error", function (event) {
    stopped(event.error);
  });
  addEventListener("unhandledrejection", function (event) {
    stopped(event.reason);
  });

  function addressIn(meta, attribute) {
    return new URL(meta.getAttribute(attribute), document.baseURI).href;
  }

  function fetched(address) {
    return fetch(address).then(function (response) {
      if (!response.ok) throw new Error(address + " is answered with " + response.status);
      return response.arrayBuffer();
    });
  }

  // A worker unpacks and compiles the program, since this thread would stand still meanwhile.
  function compiled(bytes, address) {
    return new Promise(function (resolve, reject) {
      var worker = new Worker(addressIn(workerStart, "content"), { type: "module" });
      worker.onerror = function (event) {
        reject(new Error(event.message || "a worker could not be loaded"));
      };
      worker.onmessage = function (event) {
        worker.terminate();
        if (event.data instanceof WebAssembly.Module) resolve(event.data);
        else reject(new Error(event.data));
      };
      worker.postMessage({ bytes: bytes, address: address }, [bytes]);
    });
  }

  // Runs the program that an element names; what it exports.
  function run(named) {
    var address = addressIn(named, "data-wasm");
    var program = fetched(address).then(function (bytes) {
      return compiled(bytes, address);
    });
    return Promise.all([import(addressIn(named, "content")), program]).then(function (parts) {
      return parts[0].default({ module_or_path: parts[1] }).then(function () {
        return parts[0];
      });
    });
  }

  function styled(address) {
    return new Promise(function (resolve, reject) {
      var link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = address;
      link.onload = resolve;
      link.onerror = function () {
        link.remove();
        reject(new Error(address + " could not be loaded"));
      };
      document.head.append(link);
    });
  }

  run(page).catch(failed);

  // Some pages are a program of their own, fetched when one of them is first opened. It takes over its place in the
  // page, which says until then how that goes.
  var later;
  self.openLater = function (place, state, ask, tell) {
    later = later || openedLater(place, state, ask, tell);
    later.then(function (opened) {
      if (opened) opened.update(state);
    });
  };

  // What reads SQL, fetched when someone first asks in it.
  var sql;
  self.openSql = function () {
    sql = sql || run(document.querySelector("meta[name=flowlens-sql]"));
    sql.catch(function () {
      sql = null;
    });
    return sql;
  };

  function openedLater(place, state, ask, tell) {
    var named = document.querySelector("meta[name=flowlens-query]");
    var line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = "Loading this page …";
    place.replaceChildren(line);
    return Promise.all([run(named), styled(addressIn(named, "data-style"))])
      .then(function (parts) {
        return new parts[0].Pages(place, ask, tell);
      })
      .catch(function (error) {
        later = null;
        var again = document.createElement("button");
        again.textContent = "Try again";
        again.onclick = function () {
          self.openLater(place, state, ask, tell);
        };
        line.className = "problem";
        line.setAttribute("role", "alert");
        line.textContent =
          "This page could not be loaded: " + error.message + ". Is the server still running, and is every " +
          "file of the build there? ";
        line.append(again);
      });
  }
})();
