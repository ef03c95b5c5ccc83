// Live lines and sending without a reload. The page works without this file; nothing here decides anything.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const log = byId("log"), end = byId("end"), typing = byId("typing"), offline = byId("offline");
  const problem = byId("error"), composer = byId("composer"), box = byId("text");
  const inFlight = new Set();
  let queue = Promise.resolve();
  let last = Number(log.dataset.last), typingTimer = 0, lastSent = -Infinity, source = null;

  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const complain = (text) => { problem.textContent = text; problem.hidden = !text; box.toggleAttribute("aria-invalid", Boolean(text)); };
  const lineOf = (id) => log.querySelector(`.line[data-id="${CSS.escape(id)}"]:not(.pending)`);

  const expectAnswer = (expected) => {
    clearTimeout(typingTimer);
    typing.hidden = !expected;
    if (expected) typingTimer = setTimeout(() => expectAnswer(false), 12000);
  };

  const receive = (event) => {
    const seq = Number(event.lastEventId);
    if (seq <= last) return;
    last = seq;
    const stay = !nearEnd();
    const holder = document.createElement("template");
    holder.innerHTML = event.data; // our own template's output, escaped where it was made
    const line = holder.content.firstElementChild;
    log.querySelectorAll(".pending").forEach((one) => { if (one.dataset.id === line.dataset.id) one.remove(); });
    log.insertBefore(line, log.querySelector(".pending") || end);
    if (!line.classList.contains("buyer")) expectAnswer(false);
    if (!stay) toEnd();
  };

  const listen = () => {
    source = new EventSource(`/chat/stream?after=${last}`);
    source.addEventListener("line", receive);
    source.onopen = () => { offline.hidden = true; };
    source.onerror = () => {
      offline.hidden = false;
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    };
  };

  const showPending = (text, isCard) => {
    const line = byId("mine").content.firstElementChild.cloneNode(true);
    const bubble = line.querySelector(".bubble");
    if (isCard) bubble.append(byId("card").content.cloneNode(true), " ");
    bubble.append(text);
    log.insertBefore(line, end);
    toEnd();
    return line;
  };

  const post = async (form, fields) => {
    fields.set("token", form.elements.token.value);
    const response = await fetch(form.action, { method: "POST", body: fields, headers: { accept: "application/json" } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail[0].msg);
    document.querySelectorAll("input[name=token]").forEach((one) => { one.value = answer.token; });
    return answer.id;
  };

  const send = async (form, fields, line, giveBack) => {
    try {
      const id = await post(form, fields);
      line.dataset.id = id;
      line.querySelector(".state").textContent = "";
      if (lineOf(id)) line.remove();
      else expectAnswer(true);
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
    const key = `${fields.get("item_id") || ""}\n${fields.get("text") || ""}`;
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
    inFlight.add(key);
    const line = showPending(text, fields.has("item_id"));
    queue = queue.then(() => send(form, fields, line, giveBack)).finally(() => inFlight.delete(key));
  };

  document.querySelectorAll("form[data-send]").forEach((form) => form.addEventListener("submit", submit));
  box.addEventListener("keydown", (event) => {
    // An Enter that picks a word of the input method does not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  toEnd();
  listen();
  if (matchMedia("(min-width: 860px)").matches) box.focus();
})();
