// Live lines and sending without a reload, on our own page and in a frame. The page works without this file; nothing
// here decides anything. Lines come as events; where those do not get through they are asked for.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const log = byId("log"), end = byId("end"), typing = byId("typing"), offline = byId("offline");
  const problem = byId("error"), composer = byId("composer"), box = byId("text"), picture = byId("picture");
  const POLL = 3000, DOUBT = 4000, PROOF = 2500, RETRY = 60000, PICTURE_MAX = 2 * 1024 * 1024;
  const facts = document.body.dataset, embedded = Boolean(facts.visitor);
  const language = document.documentElement.lang;
  const inFlight = new Set();
  let queue = Promise.resolve();
  let last = Number(log.dataset.last), who = log.dataset.who, visitor = facts.visitor || "";
  let typingTimer = 0, remote = false, proved = false, lastSent = -Infinity, source = null, pollTimer = 0, failures = 0, watched = true, unread = 0;

  // What a frame keeps where its cookies are not kept. Where it may keep nothing at all, the site's page keeps it, which
  // is one that we let frame us. A buyer whom the shop vouches for comes anew each time and is never kept.
  const kept = new Promise((resolve) => { addEventListener("message", (event) => { if (isSite(event, "kept")) resolve(event.data.token); }); });
  const isSite = (event, what) => event.source === parent && event.data && event.data.yeban === what;
  const shelf = {
    get: async () => {
      try { return localStorage.getItem("yeban"); } catch { tell("kept"); }
      return Promise.race([kept, new Promise((resolve) => { setTimeout(resolve, 1000); })]);
    },
    set: (token) => {
      if (facts.vouched === "1") return;
      try { localStorage.setItem("yeban", token); } catch { tell("keep", token); }
    },
  };
  const asks = () => (visitor ? { accept: "application/json", "x-yeban-visitor": visitor } : { accept: "application/json" });
  const at = (path, more = {}) => `${path}?${new URLSearchParams({ who, lang: language, ...more })}`;
  const tell = (what, token) => { if (embedded) parent.postMessage({ yeban: what, unread, token }, "*"); };

  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  // Whoever has scrolled up reads on undisturbed; everybody else sees the newest, also when a picture grows.
  let atEnd = true;
  const follow = () => { if (atEnd) toEnd(); };
  log.addEventListener("scroll", () => { atEnd = nearEnd(); }, { passive: true });
  log.addEventListener("load", follow, true);
  const complain = (text) => { problem.textContent = text; problem.hidden = !text; box.toggleAttribute("aria-invalid", Boolean(text)); };
  const lineOf = (id) => log.querySelector(`.line[data-id="${CSS.escape(id)}"]:not(.pending)`);

  const expectAnswer = (expected) => {
    clearTimeout(typingTimer);
    typing.hidden = !expected;
    if (expected) typingTimer = setTimeout(() => expectAnswer(false), 12000);
  };

  const show = (seq, html) => {
    last = Math.max(last, seq);
    const holder = document.createElement("template");
    holder.innerHTML = html; // our own template's output, escaped where it was made
    const line = holder.content.firstElementChild;
    if (lineOf(line.dataset.id)) return false; // some come again, so that none that was saved late is missed
    log.querySelectorAll(".pending").forEach((one) => { if (one.dataset.id === line.dataset.id) one.remove(); });
    end.parentNode.insertBefore(line, log.querySelector(".pending") || end);
    if (!line.classList.contains("buyer")) {
      expectAnswer(false);
      if (!watched) { unread += 1; tell("unread"); }
    }
    follow();
    return true;
  };

  // A picture that the browser asked for without the frame's cookie.
  log.addEventListener("error", async (event) => {
    const image = event.target;
    if (!visitor || image.tagName !== "IMG" || image.src.startsWith("blob:")) return;
    const answer = await fetch(image.src, { headers: asks() });
    if (answer.ok) image.src = image.parentElement.href = URL.createObjectURL(await answer.blob());
  }, true);

  // Somebody new, because what we had was not ours or too old: another talk begins.
  const heed = (answer) => {
    if (answer.visitor) { visitor = answer.visitor; shelf.set(visitor); }
    if (!answer.who || answer.who === who) return;
    who = answer.who;
    last = 0;
    log.querySelectorAll(".line:not(.pending)").forEach((one) => one.remove());
    if (source) { source.close(); listen(); }
  };

  const poll = async () => {
    const response = await fetch(at("/chat/lines", { after: last }), { headers: asks(), cache: "no-store" });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    heed(answer);
    const shown = answer.lines.filter((one) => show(one.seq, one.html)).length;
    write(answer.typing);
    offline.hidden = true;
    return answer.more ? shown + await poll() : shown;
  };

  const keepPolling = () => {
    clearTimeout(pollTimer);
    pollTimer = setTimeout(async () => {
      try { await poll(); } catch { offline.hidden = false; }
      if (pollTimer) keepPolling();
    }, POLL);
  };
  const askInstead = () => {
    if (pollTimer) return;
    poll().catch(() => { offline.hidden = false; });
    keepPolling();
  };
  const prove = () => { proved = offline.hidden = true; failures = 0; clearTimeout(pollTimer); pollTimer = 0; };
  // A person of the shop's writes, or has stopped.
  const write = (now) => {
    if (now || remote) expectAnswer(now);
    remote = now;
  };

  const listen = () => {
    source = new EventSource(at("/chat/stream", { after: last }));
    const mine = source;
    proved = false;
    // The stream's first event comes at once. A proxy that holds it back would hold back everything.
    setTimeout(() => { if (mine === source && !proved) askInstead(); }, PROOF);
    source.addEventListener("line", (event) => { prove(); show(Number(event.lastEventId), event.data); });
    source.addEventListener("typing", (event) => { prove(); write(event.data === "1"); });
    source.onerror = () => {
      if (mine !== source) return;
      failures += 1;
      askInstead();
      if (failures > 3 || mine.readyState === EventSource.CLOSED) {
        mine.close();
        setTimeout(() => { if (mine === source) listen(); }, failures > 3 ? RETRY : POLL);
      }
    };
  };

  // Something was sent, so a line must come. If it has to be fetched, the stream no longer gets through.
  const doubt = (id) => setTimeout(async () => {
    if (lineOf(id)) return;
    try { if (await poll() && proved) { source.close(); keepPolling(); } } catch { offline.hidden = false; }
  }, proved ? DOUBT : 300);

  const showPending = (text, card) => {
    const line = byId("mine").content.firstElementChild.cloneNode(true);
    const bubble = line.querySelector(".bubble");
    if (card) bubble.append(byId(`card-${card}`).content.cloneNode(true), " ");
    bubble.append(text);
    end.before(line);
    toEnd();
    return line;
  };

  const post = async (address, body, headers) => {
    const response = await fetch(address, { method: "POST", body, headers: { ...asks(), ...headers } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail[0].msg);
    document.querySelectorAll("input[name=token]").forEach((one) => { one.value = answer.token; });
    heed(answer);
    return answer.id;
  };

  const send = async (posting, line, giveBack) => {
    try {
      const id = await posting();
      line.dataset.id = id;
      line.querySelector(".state").textContent = "";
      if (lineOf(id)) line.remove();
      else { expectAnswer(true); doubt(id); }
    } catch (error) {
      line.remove();
      giveBack();
      complain(error instanceof TypeError || error instanceof SyntaxError ? offline.dataset.failed : error.message);
    }
  };

  const submit = (event) => {
    event.preventDefault();
    const form = event.target, button = event.submitter;
    const fields = new URLSearchParams(new FormData(form, button && button.name ? button : null));
    const card = fields.has("item_id") ? "item" : fields.has("order_id") ? "order" : "";
    const key = `${fields.get("item_id") || fields.get("order_id") || ""}\n${fields.get("text") || ""}`;
    const text = fields.get("text") || (button && button.dataset.title) || "";
    if (inFlight.has(key)) return;
    if (!text.trim()) {
      // The second half of a double click finds the box empty because the first half has sent it.
      if (event.timeStamp - lastSent > 1000) complain(box.dataset.empty);
      return;
    }
    complain("");
    lastSent = event.timeStamp;
    const typed = form === composer;
    const giveBack = () => { if (typed) box.value = box.value ? `${text}\n${box.value}` : text; };
    if (typed) box.value = "";
    if ("once" in form.dataset) form.hidden = true;
    const fold = form.closest("details");
    if (fold) fold.open = false;
    inFlight.add(key);
    const line = showPending(text, card);
    const posting = () => { fields.set("token", form.elements.token.value); return post(at("/chat/messages"), fields); };
    queue = queue.then(() => send(posting, line, giveBack)).finally(() => inFlight.delete(key));
  };

  const sendPicture = (file) => {
    if (!file) return;
    complain(file.size > PICTURE_MAX ? picture.dataset.large : "");
    if (file.size > PICTURE_MAX) return;
    const line = showPending(file.name, "picture");
    const posting = () => post(at("/chat/pictures", { token: composer.elements.token.value }), file, { "content-type": "application/octet-stream" });
    queue = queue.then(() => send(posting, line, () => {}));
  };

  document.querySelectorAll("form[data-send]").forEach((form) => form.addEventListener("submit", submit));
  byId("attach").hidden = false;
  picture.addEventListener("change", () => { sendPicture(picture.files[0]); picture.value = ""; });
  box.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (file) { event.preventDefault(); sendPicture(file); }
  });
  box.addEventListener("keydown", (event) => {
    // An Enter that picks a word of the input method does not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  toEnd();

  if (!embedded) {
    listen();
    if (matchMedia("(min-width: 860px)").matches) box.focus();
    return;
  }
  // In a frame: the site's script says when it is seen, and hears what is unread and when to close.
  if (facts.believed === "0") console.warn("yeban: data-signature does not fit data-buyer; the buyer is served as a guest");
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) tell("close"); });
  addEventListener("message", (event) => {
    if (isSite(event, "hidden")) watched = false;
    if (!isSite(event, "shown")) return;
    watched = true;
    unread = 0;
    toEnd();
    box.focus();
  });
  const begin = async () => {
    const before = facts.fresh === "1" ? await shelf.get() : null;
    if (before) {
      visitor = before;
      who = "";
      await poll().catch(() => { offline.hidden = false; });
    } else if (facts.fresh === "1") shelf.set(visitor);
    watched = false;
    tell("ready");
    listen();
  };
  begin();
})();
