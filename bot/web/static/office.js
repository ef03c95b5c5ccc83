// Keeps a part of a page fresh while somebody looks at it. The page works without this file: it has a reload link.
"use strict";
(() => {
  const part = document.querySelector("[data-live]");
  const refresh = async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(part.dataset.live).catch(() => null);
    if (answer?.ok && !answer.redirected) part.innerHTML = await answer.text(); // our own template's output
  };
  setInterval(refresh, 5000);
  document.addEventListener("visibilitychange", refresh);
})();
