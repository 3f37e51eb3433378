/* What pages do by themselves. Without it every page still reads, every link leads and every form posts.
   Words come from the page (data-words), the moment from the server (data-now). */
(function () {
  "use strict";
  var root = document.documentElement, words = {};
  var one = function (s, e) { return (e || document).querySelector(s); };
  var all = function (s, e) { return Array.prototype.slice.call((e || document).querySelectorAll(s)); };
  try { words = JSON.parse(document.body.dataset.words || "{}"); } catch (e) { /* keeps what the server wrote */ }

  // 1. Clocks. The server sends start, due and its own now; the page only counts.
  var skew = root.dataset.now ? Date.parse(root.dataset.now) - Date.now() : 0;
  function fill(pattern, values) {
    return (pattern || "").replace(/\{(\w+)\}/g, function (_, k) { return values[k]; });
  }
  function span(ms) {
    var m = Math.floor(Math.abs(ms) / 60000), v = { d: Math.floor(m / 1440), h: Math.floor(m / 60) % 24, m: m % 60 };
    var key = v.d ? (v.h ? "dh" : "d") : v.h ? (v.m ? "hm" : "h") : "m";
    return fill(words[key], v);
  }
  function tell(text) { var o = one("#said"); if (o) o.textContent = text; }
  function count(clock, now) {
    var due = Date.parse(clock.dataset.due), start = Date.parse(clock.dataset.start), left = due - now;
    var share = Math.max(0, Math.min(1, left / Math.max(1, due - start))), row = clock.closest(".q, .first .card");
    var state = left < 0 ? "late" : share <= 0.25 ? "soon" : "", said = fill(left < 0 ? words.over : words.left, { span: span(left) });
    if (words.left) one("b", clock).textContent = said;
    [clock, row].forEach(function (o) {
      if (o) ["late", "soon"].forEach(function (s) { o.classList.toggle(s, s === state); });
    });
    if (clock.dataset.state !== undefined && clock.dataset.state !== state && state) {
      var what = row && one("h2, h3", row);
      tell((what ? what.textContent.trim() + " " : "") + said);
    }
    clock.dataset.state = state;
    one("circle + circle", clock).setAttribute("stroke-dasharray", (left < 0 ? 100 : Math.round(share * 100)) + " 100");
  }
  function tick() {
    var now = Date.now() + skew, wall = new Date(now + 288e5), two = function (n) { return (n < 10 ? "0" : "") + n; };
    all(".clock[data-due]:not(.held)").forEach(function (c) { count(c, now); });
    all("[data-wall]").forEach(function (o) { o.textContent = two(wall.getUTCHours()) + ":" + two(wall.getUTCMinutes()); });
    all("[data-fresh]").forEach(function (o) {
      var old = now - Date.parse(o.dataset.fresh);
      if (words.fresh) o.textContent = old < 60000 ? words.fresh : fill(words.ago, { span: span(old) });
      o.classList.toggle("stale", old > 60000);
    });
  }
  tick(); setInterval(tick, 15000);

  // 2. Parts that refresh themselves: every 15 s, not while hidden, not while somebody is in a dialog, typing or listening.
  setInterval(function () {
    if (document.hidden || one("dialog[open]") || !window.htmx) return;
    all("[data-refresh]").forEach(function (o) {
      var at = document.activeElement;
      if (all("audio", o).some(function (a) { return !a.paused; })) return;
      if (!(o.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) window.htmx.trigger(o, "refresh");
    });
  }, 15000);
  document.addEventListener("htmx:afterRequest", function (e) {
    if (e.detail.successful) all("[data-fresh]").forEach(function (o) { o.dataset.fresh = new Date(Date.now() + skew).toISOString(); });
    tick();
  });
  document.addEventListener("htmx:afterSettle", tick);
  // Signed out meanwhile: to the sign-in and back here, unless somebody is writing.
  document.addEventListener("htmx:responseError", function (e) {
    var written = all("textarea, input[type=text]").some(function (o) { return o.value !== o.defaultValue; });
    if (e.detail.xhr.status === 401 && !written) location.reload();
  });

  // 3. Reading aids, kept in a cookie so that the server sends the page right.
  function keep(key, value) {
    root.dataset[key] = value;
    document.cookie = "linli_" + key + "=" + value + "; path=/; max-age=31536000; SameSite=Lax";
  }
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function read(button) {
    var voice = window.speechSynthesis;
    var stop = function () { button.setAttribute("aria-pressed", "false"); };
    if (voice.speaking) { voice.cancel(); stop(); return; }
    var u = new SpeechSynthesisUtterance(one("main").innerText);
    u.lang = root.lang; u.rate = 0.9; u.onend = stop; u.onerror = stop;
    button.setAttribute("aria-pressed", "true"); voice.speak(u);
  }
  all("[data-needs]").forEach(function (o) { if (window[o.dataset.needs]) o.classList.remove("later"); });

  // 4. Buttons. A link or a submit button that the script serves itself does not also lead away.
  // A dialog begins at its first field, or at the safe button.
  function ask(d) {
    if (d.open) d.close();
    d.showModal();
    var first = one("input:not([type=hidden]), textarea, select", d) || one(".ends .btn", d);
    if (first) setTimeout(function () { first.focus(); }, 0);
  }
  var acts = {
    size: function (b) {
      keep("size", root.dataset.size === "large" ? "normal" : "large");
      b.setAttribute("aria-pressed", String(root.dataset.size === "large"));
    },
    theme: function () { keep("theme", isDark() ? "light" : "dark"); },
    print: function () { window.print(); },
    read: read,
    open: function (b) {
      var d = document.getElementById(b.dataset.for);
      if (!d || !d.showModal) return true;
      ask(d); return false;
    },
    close: function (b) { b.closest("dialog").close(); }
  };
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-do]"), act = b && acts[b.dataset.do];
    if (act && act(b) !== true) e.preventDefault();
  });
  document.addEventListener("submit", function (e) {
    var form = e.target;
    if (form.dataset.sent) { e.preventDefault(); return; }
    if (form.method === "post") { form.dataset.sent = "1"; setTimeout(function () { delete form.dataset.sent; }, 8000); }
  });
  document.addEventListener("keydown", function (e) {
    var find = one(".find input");
    if (e.key === "/" && find && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) { e.preventDefault(); find.focus(); }
  });

  // 5. The toast stays for its time, and longer while somebody is at it. What was written wrong takes the focus.
  var toast = one(".toast"), timer;
  function rest(ms) { clearTimeout(timer); timer = setTimeout(function () { toast.classList.remove("on"); }, ms); }
  if (toast) {
    if (toast.classList.contains("on")) {
      var line = one("span", toast), text = line.textContent;
      line.textContent = ""; setTimeout(function () { line.textContent = text; }, 50); rest((toast.dataset.seconds || 10) * 1000);
    }
    ["mouseenter", "focusin"].forEach(function (n) { toast.addEventListener(n, function () { clearTimeout(timer); }); });
    ["mouseleave", "focusout"].forEach(function (n) { toast.addEventListener(n, function () { rest(4000); }); });
  }
  var wrong = one(".errors"); if (wrong) wrong.focus();
  all("dialog[open]").forEach(function (d) { if (d.showModal) ask(d); });
  // A talk is read from its end.
  function toEnd() { all(".chat").forEach(function (c) { c.scrollTop = c.scrollHeight; }); }
  toEnd(); document.addEventListener("htmx:afterSettle", toEnd);
  var openTwins = function () { all("details.twin").forEach(function (d) { d.open = true; }); };
  if (matchMedia("(max-width: 767px)").matches) all(".plan details").forEach(function (d) { d.open = true; });
  window.addEventListener("beforeprint", openTwins);
})();
