// A button on a shop's page that opens our chat in a frame. It needs of the page's policy only script-src and frame-src
// of our origin: no inline style, no eval, and a shadow root of its own, so that neither page changes the other.
"use strict";
(() => {
  const script = document.currentScript;
  const mark = document.documentElement.dataset;
  if (!script || mark.yebanChat) return; // the same tag twice is one chat
  mark.yebanChat = "on";
  const WORDS = "__WORDS__";
  const data = script.dataset, origin = new URL(script.src).origin;
  const wished = data.lang || document.documentElement.lang || "";
  const language = wished.toLowerCase().startsWith("en") ? "en" : "zh-CN";
  const words = WORDS[language];
  const CSS = `
    :host { all: initial; --brand: #2b4a9b; --ink: #fff; --paper: #eef1f6; --bad: #b3261e; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) { :host { --brand: #3559b5; --paper: #12161e; } }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button { font: 600 15px/1 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; border: 0; cursor: pointer; color: var(--ink); background: var(--brand); touch-action: manipulation; }
    button:focus-visible { outline: 3px solid #f0b54a; outline-offset: 2px; }
    .launch { position: fixed; z-index: 2147483646; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 9px; min-height: 52px; padding: 0 20px 0 16px; border-radius: 99px; box-shadow: 0 6px 24px #0000003d; }
    .launch svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; }
    .badge { position: absolute; top: -5px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 99px; background: var(--bad); color: #fff; font-size: 13px; line-height: 22px; text-align: center; }
    .panel { position: fixed; z-index: 2147483647; right: 20px; bottom: 20px; width: 392px; height: min(680px, calc(100vh - 40px)); border-radius: 18px; overflow: hidden; background: var(--paper); box-shadow: 0 16px 56px #00000052; }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
    .close { position: absolute; top: 9px; right: 9px; width: 44px; height: 44px; border-radius: 12px; background: none; }
    .close:hover { background: #ffffff26; }
    .close svg { width: 20px; height: 20px; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; }
    .close:focus-visible { outline-offset: -3px; }
    @media (max-width: 560px), (max-height: 460px) {
      .panel { inset: 0; width: auto; height: 100%; height: 100dvh; border-radius: 0; }
    }
    @media print { :host { display: none; } }`;

  const make = (name, attributes = {}, ...inside) => {
    const svg = name === "svg" || name === "path";
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...inside);
    return made;
  };
  const drawing = (path) => make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: path }));
  // Some browsers let a frame keep nothing; then this page keeps for it who the visitor is.
  const memory = (name) => ({
    get: () => { try { return window[name].getItem("yeban"); } catch { return null; } },
    set: (value) => { try { window[name].setItem("yeban", value); } catch { /* not kept */ } },
  });
  const session = memory("sessionStorage"), token = memory("localStorage");

  const badge = make("span", { class: "badge", hidden: "" });
  const launch = make("button", { class: "launch", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
    drawing("M4 5h16v11H11l-4 4v-4H4z"), data.label || words.open, badge);
  const close = make("button", { class: "close", type: "button", "aria-label": words.close }, drawing("M5 5l14 14M19 5L5 19"));
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": words.title, hidden: "" });
  const host = make("div", { id: "yeban-chat" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  root.append(launch, panel);
  let frame = null, ready = false;

  const address = () => {
    const query = new URLSearchParams({ lang: language });
    ["item", "buyer", "signature"].forEach((name) => { if (data[name]) query.set(name, data[name]); });
    return `${origin}/embed?${query}`;
  };
  const load = () => {
    if (frame) return;
    frame = make("iframe", { src: address(), title: words.title, allow: "clipboard-write" });
    panel.append(frame, close);
  };
  const post = (message) => frame.contentWindow.postMessage(message, origin);
  const say = (what) => { if (ready) post({ yeban: what }); };
  const count = (unread) => {
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
    launch.setAttribute("aria-label", unread ? `${data.label || words.open} (${unread} ${words.unread})` : data.label || words.open);
  };
  const open = () => {
    load();
    panel.hidden = false;
    launch.hidden = true;
    launch.setAttribute("aria-expanded", "true");
    session.set("open");
    count(0);
    frame.focus();
    say("shown");
  };
  const shut = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    launch.hidden = false;
    launch.setAttribute("aria-expanded", "false");
    session.set("shut");
    say("hidden");
    launch.focus();
  };

  launch.addEventListener("click", open);
  close.addEventListener("click", shut);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin || !event.data) return;
    if (event.data.yeban === "close") shut();
    if (event.data.yeban === "kept") post({ yeban: "kept", token: token.get() });
    if (event.data.yeban === "keep") token.set(event.data.token);
    if (event.data.yeban === "unread" && panel.hidden) count(Number(event.data.unread) || 0);
    if (event.data.yeban === "ready") { ready = true; if (!panel.hidden) say("shown"); }
  });
  // Who has talked already on this site hears of answers on every page of it.
  const begin = () => { document.body.append(host); if (session.get()) load(); };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
