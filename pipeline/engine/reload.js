// Shows in a page what was saved: exchanges stylesheets and images, reloads for anything else, lays errors over it.
(function (eventsUrl) {
  "use strict";

  const HIDDEN = 30000; // ms, after which a page in the background lets go of its connection: browsers allow six a server
  const AGAIN = 2000; // ms, until another attempt after the server refused
  const KEY = "pipeline-release";
  const ADDRESSES = ["href", "src", "poster", "data", "xlink:href"];
  const CANDIDATES = ["srcset", "imagesrcset"];
  const STYLE = `
    :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; overflow: auto; background: rgb(0 0 0 / 70%);
      font: 15px/1.5 system-ui, sans-serif; color: #eee }
    section { position: relative; max-width: 60rem; margin: 2rem auto; padding: 1rem 1.5rem 1.5rem; background: #1d1f21;
      border-top: 5px solid #e5534b; border-radius: 6px }
    button { position: absolute; top: .75rem; right: 1rem; border: 0; background: none; color: inherit; font: inherit;
      cursor: pointer }
    h2 { margin: 1rem 0 0; font: bold 15px/1.5 ui-monospace, monospace; color: #f0a8a4; overflow-wrap: anywhere }
    p { margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
    pre { margin: .5rem 0; padding: .75rem; overflow: auto; background: #111; font: 14px/1.4 ui-monospace, monospace;
      tab-size: 4 }
    .hint { color: #9bd }`;

  let stream = null;
  let hiding = 0;
  let overlay = null;
  let release = null;
  const predecessors = new WeakMap(); // a stylesheet that is loading → the one whose place it takes
  const leaving = new WeakSet(); // those that somebody takes the place of

  // Where a URL leads, without query and fragment.
  function place(url, base) {
    try {
      const parsed = new URL(url, base);
      return parsed.origin === "null" ? parsed.protocol + parsed.pathname : parsed.origin + parsed.pathname;
    } catch {
      return "";
    }
  }

  function* elementsBelow(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* elementsBelow(element.shadowRoot);
    }
  }

  function exchange(urls) {
    const places = new Map();
    for (const [before, after] of Object.entries(urls)) {
      const url = new URL(after, location.href);
      // A name that stays needs a query, or the browser shows what it has.
      if (!url.search && place(before, location.href) === place(after, location.href)) {
        url.searchParams.set("changed", Date.now());
      }
      places.set(place(before, location.href), url.href);
    }
    const exchanged = new Set();
    const changed = (url, base) => {
      const from = place(url, base);
      if (places.has(from)) exchanged.add(from);
      return places.get(from);
    };
    let styled = false;
    for (const element of elementsBelow(document)) {
      for (const name of ADDRESSES) {
        const url = element.hasAttribute(name) && changed(element.getAttribute(name), element.baseURI);
        if (url && element.localName === "link" && element.relList.contains("stylesheet")) {
          styled = true;
          if (!leaving.has(element)) restyle(element, url);
        } else if (url) element.setAttribute(name, url);
      }
      for (const name of CANDIDATES) {
        if (!element.hasAttribute(name)) continue;
        const before = element.getAttribute(name);
        const after = before.replace(/[^\s]*[^\s,]/g, (url) => changed(url, element.baseURI) || url);
        if (after !== before) element.setAttribute(name, after);
      }
    }
    // What the page has loaded for something that is no attribute: an inline style, a script.
    for (const { name, initiatorType } of performance.getEntriesByType("resource")) {
      const from = place(name, location.href);
      if (places.has(from) && !exchanged.has(from) && !(styled && initiatorType === "css")) location.reload();
    }
  }

  function restyle(link, url) {
    if (link.disabled) return link.setAttribute("href", url);
    const next = link.cloneNode();
    next.removeAttribute("integrity"); // of the other bytes
    next.setAttribute("href", url);
    predecessors.set(next, link);
    leaving.add(link);
    next.addEventListener("load", () => {
      for (let old = predecessors.get(next); old; old = predecessors.get(old)) old.remove();
    });
    next.addEventListener("error", () => next.isConnected && location.reload());
    link.after(next);
  }

  function hide() {
    overlay?.remove();
    overlay = null;
    removeEventListener("keydown", hideOnEscape, true);
  }

  function hideOnEscape(event) {
    if (event.key === "Escape") hide();
  }

  function add(parent, name, text, className) {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    parent.append(element);
    return element;
  }

  function show(diagnostics) {
    hide();
    overlay = document.createElement("pipeline-errors");
    const shadow = overlay.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // unlike an element, allowed under any content security policy
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    const section = add(shadow, "section", "");
    section.setAttribute("role", "alert");
    for (const { severity, message, path, line, column, hint, excerpt } of diagnostics) {
      add(section, "h2", [path, line, column].filter(Boolean).join(":"));
      add(section, "p", `${severity}: ${message}`);
      if (excerpt) add(section, "pre", excerpt);
      if (hint) add(section, "p", hint, "hint");
    }
    add(section, "button", "Close (Esc)").addEventListener("click", hide);
    addEventListener("keydown", hideOnEscape, true);
    document.documentElement.append(overlay);
  }

  // What this tab has shown last: also before this page, unless its storage is closed to it.
  function known() {
    try {
      return release ?? sessionStorage.getItem(KEY);
    } catch {
      return release;
    }
  }

  function know(current) {
    release = current;
    try {
      sessionStorage.setItem(KEY, current);
    } catch {
      // then a page may load once more than it must
    }
  }

  function receive(message) {
    const { kind } = message;
    // Did it change while the page was away? Or while it was being loaded: both count milliseconds.
    const missed = kind === "hello" && known() !== message.release && (release || performance.now() > message.age);
    know(message.release);
    if (missed || kind === "reload") location.reload();
    else if (kind === "error") show(message.diagnostics);
    else hide();
    if (kind === "changed") exchange(message.urls);
  }

  function connect() {
    stream?.close();
    const mine = (stream = new EventSource(eventsUrl));
    mine.onmessage = (event) => receive(JSON.parse(event.data));
    mine.onerror = () => {
      if (mine.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      setTimeout(() => mine === stream && connect(), AGAIN);
    };
  }

  function disconnect() {
    stream?.close();
    stream = null;
  }

  addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.visibilityState === "hidden") hiding = setTimeout(disconnect, HIDDEN);
    else if (!stream) connect();
  }, true);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", () => stream || connect());
  connect();
})("EVENTS");
