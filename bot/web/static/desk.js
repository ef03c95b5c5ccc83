// The desk, live: parts that the server sends replace their predecessors, forms go without a reload, keys act.
// The page works without this file; nothing here decides anything.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const desk = byId("desk"), title = document.title.replace(/^\(\d+\) /, "");
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };
  const ahead = Date.parse(desk.dataset.now) - Date.now(); // the service's clock counts
  let source = null, heard = -1, audio = null, queue = Promise.resolve();

  // ---- telling
  const complain = (text) => { const box = byId("error"); box.textContent = text; box.hidden = !text; };
  const tell = (text) => { const box = byId("told"); box.textContent = text; box.hidden = !text; };
  const markup = (text) => { const holder = document.createElement("template"); holder.innerHTML = text; return holder.content.firstElementChild; };

  const ages = () => {
    for (const one of document.querySelectorAll("time[data-since]")) {
      const minutes = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(one.dateTime)) / 60000));
      one.textContent = minutes < 60 ? `${minutes}′` : `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}′`;
      one.classList.toggle("long", minutes >= 3);
    }
  };

  const beep = () => {
    if (kept("yeban-sound") === "off") return;
    try {
      audio ??= new AudioContext();
      const tone = audio.createOscillator(), loud = audio.createGain();
      tone.frequency.value = 660;
      loud.gain.setValueAtTime(0.08, audio.currentTime);
      loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
      tone.connect(loud).connect(audio.destination);
      tone.start(); tone.stop(audio.currentTime + 0.25);
    } catch { /* a browser without sound */ }
  };

  const badge = () => {
    const urgent = Number(byId("queue")?.dataset.urgent || 0);
    document.title = urgent ? `(${urgent}) ${title}` : title;
    if (heard >= 0 && urgent > heard) beep();
    heard = urgent;
  };

  const marked = () => {
    for (const link of document.querySelectorAll(".row a")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
  };

  // ---- parts
  const busy = (old) => old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  const focusOf = (old) => {
    const active = document.activeElement;
    if (!old.contains(active)) return null;
    return active.pathname ? `a[href="${CSS.escape(active.getAttribute("href"))}"]` : active.name ? `[name="${active.name}"][value="${CSS.escape(active.value)}"]` : null;
  };
  const replace = (html) => {
    const part = markup(html), old = part && byId(part.id);
    if (!old) return;
    if (busy(old)) { old.addEventListener("focusout", () => setTimeout(() => replace(html)), { once: true }); return; }
    const focus = focusOf(old), open = old.querySelector("details.pop[open]");
    if (open) { // a form is being filled in: how things stand is told all the same, the rest waits
      old.querySelector(".names")?.replaceWith(part.querySelector(".names"));
      open.addEventListener("toggle", () => replace(html), { once: true });
      return;
    }
    const opened = [...old.querySelectorAll("details")], next = [...part.querySelectorAll("details")];
    if (opened.length === next.length) next.forEach((one, number) => { one.open = opened[number].open; });
    old.replaceWith(part);
    if (focus) part.querySelector(focus)?.focus();
    ages(); badge(); marked();
    if (part.id === "head") refresh("card", 600);
  };

  const nearEnd = (frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight < 150;
  const addLine = (event) => {
    const log = byId("log"), thread = byId("thread"), line = markup(event.data);
    if (!log || !line) return;
    const said = log.querySelector(`[data-id="${CSS.escape(line.dataset.id)}"]`), old = byId(line.id) || said;
    const frame = byId("scroll"), follow = nearEnd(frame), number = line.dataset.seq;
    if (old && !number) return; // it has come already, with its number
    if (old) old.replaceWith(line); else log.append(line);
    if (number && Number(number) > Number(thread.dataset.last)) {
      thread.dataset.last = number;
      const seen = document.querySelector("#composer [name=seen]");
      if (seen) seen.value = number;
    }
    if (old) {
      if (!old.dataset.seq) refresh("suggestion"); // only now the service knows it
      return;
    }
    if (follow) frame.scrollTop = frame.scrollHeight;
    refresh("suggestion");
    if (line.classList.contains("buyer")) beep();
  };

  const waiting = {};
  const refresh = (name, after = 150) => {
    const thread = byId("thread");
    if (!thread) return;
    clearTimeout(waiting[name]);
    waiting[name] = setTimeout(async () => {
      const path = thread.dataset.path;
      const answer = await fetch(`${path}/${name}`, { headers: { accept: "text/html" } }).catch(() => null);
      if (answer?.ok && byId("thread")?.dataset.path === path) replace(await answer.text());
    }, after);
  };

  let retries = 0;
  // A stream that is refused: the log-in may have ended, or the service is away for a while.
  const probe = async () => {
    const answer = await fetch("/desk/search?part&q=").catch(() => null);
    if (answer?.status === 401 || answer?.redirected) location.reload();
    else if (answer?.ok) listen();
    else setTimeout(probe, Math.min(30000, 1000 * 2 ** retries++));
  };

  const listen = () => {
    source?.close();
    const thread = byId("thread");
    const where = thread ? `?channel=${encodeURIComponent(thread.dataset.channel)}&id=${encodeURIComponent(thread.dataset.id)}&after=${thread.dataset.last}` : "";
    source = new EventSource(`/desk/live${where}`);
    source.addEventListener("part", (event) => replace(event.data));
    source.addEventListener("line", addLine);
    source.onopen = () => { retries = 0; desk.classList.remove("lost"); tell(""); };
    source.onerror = () => {
      desk.classList.add("lost");
      tell(desk.dataset.lost);
      if (source.readyState === EventSource.CLOSED) setTimeout(probe, 1000);
    };
  };

  // ---- going and doing
  let going = 0;
  const show = async (path, push) => {
    const mine = ++going; // only the newest wish counts: an older page that comes late must not replace it
    const answer = await fetch(path, { headers: { accept: "text/html" } }).catch(() => null);
    if (mine !== going) return;
    if (answer?.redirected) { location.assign(path); return; }
    const found = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = found?.getElementById("talk");
    if (mine !== going) return;
    if (!next) { complain(desk.dataset.failed); return; }
    byId("talk").replaceWith(document.adoptNode(next));
    desk.classList.toggle("open", Boolean(byId("thread")));
    if (push) history.pushState(null, "", path);
    listen(); settle();
  };

  const draftOf = (path) => `yeban-draft ${desk.dataset.agent} ${path}`;
  const draft = {
    get: (path) => { try { return sessionStorage.getItem(draftOf(path)) || ""; } catch { return ""; } },
    set: (path, text) => {
      try { if (text) sessionStorage.setItem(draftOf(path), text); else sessionStorage.removeItem(draftOf(path)); } catch { /* none kept */ }
    },
  };
  const pathNow = () => byId("thread")?.dataset.path;
  const setBox = (text) => { const box = byId("text"); box.value = text; draft.set(pathNow(), text); };
  const settle = () => {
    const frame = byId("scroll"), box = byId("text");
    if (frame) frame.scrollTop = frame.scrollHeight;
    if (box && !box.value) box.value = draft.get(pathNow());
    ages(); badge(); marked();
  };

  const detail = async (answer) => {
    try { return (await answer.json()).detail.map((one) => one.msg).join(" "); } catch { return desk.dataset.failed; }
  };
  const post = async (action, fields) => {
    try {
      fields.set("csrf", desk.dataset.token);
      const answer = await fetch(action, { method: "POST", body: fields, headers: { accept: "application/json" } });
      if (answer.status === 401) { location.reload(); return null; }
      if (!answer.ok) complain(await detail(answer));
      return answer.ok ? answer : null;
    } catch { complain(desk.dataset.failed); return null; }
  };
  // One after the other, in the order in which they were asked for; none is dropped.
  const inTurn = (work) => { queue = queue.then(work, work); return queue; };
  const fieldsOf = (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button?.name) fields.set(button.name, button.value);
    if ("seen" in form.dataset) fields.set("seen", byId("thread")?.dataset.last || "0");
    return fields;
  };

  // Words to the buyer of the thread that is open now, wherever the agent has gone when they are taken.
  const say = (text, { key = crypto.randomUUID(), own = false, told = {} } = {}) => {
    const form = byId("composer"), path = pathNow(), fields = fieldsOf(form);
    complain("");
    fields.set("text", text);
    fields.set("key", key);
    for (const [name, value] of Object.entries(told)) fields.set(name, value); // where the words are from
    if (own) { setBox(""); hideShorts(); }
    return inTurn(async () => {
      if (await post(form.action, fields) || !own) return;
      const back = [text, draft.get(path)].filter(Boolean).join("\n"); // nothing that was written is lost
      draft.set(path, back);
      if (pathNow() === path && byId("text")) byId("text").value = back;
    });
  };

  // A suggestion that was put into the box and is sent as it stood.
  let taken = null;
  const unchanged = (text) => taken?.path === pathNow() && taken.text.trim() === text.trim() ? { suggested: "1", heard: taken.heard } : {};

  let armed = 0;
  const confirmed = (form) => {
    if (!form.dataset.confirm || Date.now() - armed < 5000) return true;
    armed = Date.now();
    tell(form.dataset.confirm);
    return false;
  };
  const submit = (event) => {
    const form = event.target;
    if (form.matches("[role=search]")) { event.preventDefault(); document.querySelector("#found .row a")?.click(); return; }
    if (!form.matches("[data-act], [data-goes]")) return;
    event.preventDefault();
    if (form.id === "composer") { const text = byId("text").value; if (text.trim()) say(text, { own: true, told: unchanged(text) }); return; }
    complain("");
    if (!confirmed(form)) return;
    const fields = fieldsOf(form, event.submitter), action = form.getAttribute("action");
    inTurn(async () => {
      const answer = await post(action, fields);
      if (!answer) return;
      tell("");
      if ("goes" in form.dataset) { await show((await answer.json()).path, true); document.activeElement.blur(); return; }
      form.closest("details")?.removeAttribute("open");
      if (form.closest("#card") || action.endsWith("/owe")) refresh("card");
    });
  };

  let typedAt = 0;
  const types = (text) => {
    const thread = byId("thread");
    if (!thread || !text.trim() || text.startsWith("/") || Date.now() - typedAt < 3000) return;
    typedAt = Date.now();
    fetch(`${thread.dataset.path}/typing`, { method: "POST", body: new URLSearchParams({ csrf: desk.dataset.token }) }).catch(() => {});
  };

  // ---- quick phrases
  let shortsAsked = "", shortsReady = Promise.resolve();
  const hideShorts = () => { const list = byId("shorts"); if (list) { list.hidden = true; list.replaceChildren(); } shortsAsked = ""; };
  const shorts = (text) => {
    const found = /^\/(\S*)$/.exec(text), thread = byId("thread");
    if (!found || !thread) { hideShorts(); return; }
    if (shortsAsked === text) return;
    shortsAsked = text;
    shortsReady = fetch(`${thread.dataset.path}/shorts?p=${encodeURIComponent(found[1])}`).then((answer) => answer.ok ? answer.text() : "").then((html) => {
      const list = byId("shorts");
      if (!list || shortsAsked !== text || !html) return;
      list.innerHTML = html; // our own template's output, escaped where it was made
      list.hidden = false;
    }).catch(() => {});
  };
  const chosen = () => document.querySelector("#shorts [aria-selected=true]");
  const move = (step) => {
    const all = [...document.querySelectorAll("#shorts [role=option]")], at = all.indexOf(chosen());
    all.forEach((one, number) => one.setAttribute("aria-selected", String(number === (at + step + all.length) % all.length)));
  };
  const inBox = async (event) => {
    const box = event.target, list = byId("shorts");
    if (event.isComposing) return;
    if (event.key === "Escape") { hideShorts(); box.blur(); return; }
    if (list && !list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); return; }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    if (event.ctrlKey && !box.value.trim()) { press("s"); return; }
    if (/^\/\S*$/.test(box.value)) {
      await shortsReady;
      const one = chosen();
      if (one?.dataset.text) say(one.dataset.text, { own: true, told: { code: one.dataset.code } });
      return;
    }
    if (box.value.trim()) byId("composer").requestSubmit();
  };

  // ---- keys
  const rows = () => [...document.querySelectorAll("#queue .row a")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((one) => one.pathname === location.pathname);
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    show(next.getAttribute("href"), true);
  };
  const press = (key) => {
    const one = document.querySelector(`#talk [data-key="${key}"]`);
    if (!one) return false;
    if (one.matches("details")) { one.open = !one.open; one.querySelector("input:not([type=hidden]), select, textarea")?.focus(); } else one.click();
    return true;
  };
  const onKey = (event) => {
    if (event.target.id === "text") { inBox(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { document.querySelectorAll("details.pop[open]").forEach((one) => one.removeAttribute("open")); document.activeElement.blur(); return; }
    if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]") || kept("yeban-keys") === "off") return;
    if (event.repeat || document.querySelector("details.pop[open]")) return;
    const key = event.key.toLowerCase(), box = byId("text");
    if (key === "?") byId("help").showModal();
    else if (key === "n") document.querySelector("form.next")?.requestSubmit();
    else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if ((key === "r" || key === "/") && box) { box.focus(); if (key === "/" && !box.value) { box.value = "/"; shorts("/"); } }
    else if (!("secbtpx".includes(key) && key.length === 1 && press(key))) return;
    event.preventDefault();
  };

  document.addEventListener("submit", submit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => {
    if (event.target.id === "text") {
      shorts(event.target.value);
      types(event.target.value);
      draft.set(pathNow(), event.target.value);
    }
    if (event.target.id === "q") {
      clearTimeout(waiting.search);
      waiting.search = setTimeout(async () => {
        const mine = waiting.search, answer = await fetch(`/desk/search?part&q=${encodeURIComponent(event.target.value)}`).catch(() => null);
        if (!answer?.ok) return;
        const part = markup(await answer.text());
        if (mine !== waiting.search) return;
        part.hidden = !event.target.value.trim();
        byId("found").replaceWith(part);
      }, 250);
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/desk/t/'], .back a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); show(link.getAttribute("href"), true); return; }
    const suggested = byId("suggested");
    if (event.target.closest("[data-send-suggestion]") && suggested) {
      const text = suggested.textContent;
      byId("suggestion").replaceChildren(); // said once; its key is that of what it answers
      say(text, { key: `suggested-${byId("thread").dataset.last}`, told: { suggested: "1", heard: suggested.dataset.heard } });
    }
    if (event.target.closest("[data-edit-suggestion]") && suggested) {
      const box = byId("text"), before = box.value.trim();
      setBox(before ? `${before}\n${suggested.textContent}` : suggested.textContent);
      taken = { path: pathNow(), text: suggested.textContent, heard: suggested.dataset.heard };
      box.focus();
    }
    const option = event.target.closest("#shorts [data-text]");
    if (option) say(option.dataset.text, { own: true, told: { code: option.dataset.code } });
  });
  addEventListener("popstate", () => show(location.pathname, false));

  const choice = (id, name) => {
    const box = byId(id);
    box.checked = kept(name) !== "off";
    box.addEventListener("change", () => keep(name, box.checked ? "on" : "off"));
  };
  choice("keys-on", "yeban-keys");
  choice("sound-on", "yeban-sound");
  byId("help-open").hidden = false;
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  setInterval(ages, 10000);
  settle();
  listen();
})();
