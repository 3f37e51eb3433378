/* The plan of a day: visits dragged with the mouse or moved with the keyboard, looked at by the server on the way, put down by the
   page's own form. Without this file every visit opens its panel, and that does the same. Geometry comes from the drawing's data. */
(function () {
  "use strict";
  var page = document.getElementById("plan-page"), svg = document.getElementById("dayplan");
  if (!page) return;
  var say = document.getElementById("plan-say"), form = document.getElementById("plan-move"), STEP = 15;
  var wide = matchMedia("(min-width: 768px)"), KEPT = "linli-plan";
  if (!wide.matches) Array.prototype.forEach.call(document.querySelectorAll(".plan-list"), function (d) { d.open = true; });

  // 1. Where things are drawn.
  var d = svg ? svg.dataset : {}, from = +d.from, to = +d.to, left = +d.left, lane = +d.lane, top = +d.top, scale = +d.scale;
  var rows = svg ? d.rows.split(" ") : [], ghost = document.getElementById("ghost"), held = null, asked = 0, timer;
  function clock(m) { return Math.floor(m / 60) + ":" + (m % 60 < 10 ? "0" : "") + m % 60; }
  function spot(e) {
    var p = svg.createSVGPoint();
    p.x = e.clientX; p.y = e.clientY;
    return p.matrixTransform(svg.getScreenCTM().inverse());
  }
  var toast = document.querySelector(".toast"), low = false;  // low: what is held is where the words would be
  function tell(words, kind) {
    if (words && toast) toast.classList.remove("on");  // it would lie over what is said here
    say.textContent = words; say.className = "small plan-say" + (low ? " up" : "") + (kind ? " " + kind : "");
    if (ghost) { ghost.classList.toggle("fits", kind === "fits"); ghost.classList.toggle("wrong", kind === "wrong"); }
  }

  // 2. One thing in hand: from where, to where. `row` is -1 while it is over no worker.
  function lift(node) {
    var row = rows.indexOf(node.dataset.worker), start = +node.dataset.start;
    held = { node: node, key: node.dataset.key, minutes: +node.dataset.minutes, row: row, start: start, row0: row, start0: start };
    node.classList.add("lifted");
    ghost.querySelector("rect").setAttribute("width", Math.max(14, held.minutes * scale));
    draw();
  }
  function draw() {
    ghost.setAttribute("visibility", held.row < 0 ? "hidden" : "visible");
    if (held.row < 0) return;
    var x = left + (held.start - from) * scale, y = top + held.row * lane + 2;
    ghost.setAttribute("transform", "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")");
    ghost.querySelector("text").setAttribute("x", 8);
    ghost.querySelector("text").textContent = clock(held.start) + " " + held.node.dataset.who;
  }
  function go(row, start) {
    row = Math.max(-1, Math.min(rows.length - 1, row));
    start = Math.max(from, Math.min(to - Math.min(held.minutes, to - from), start));
    if (row === held.row && start === held.start) return;
    held.row = row; held.start = start; draw(); check();
  }
  function check() {
    clearTimeout(timer);
    if (held.row < 0) { tell("", ""); return; }
    tell(page.dataset.checking + " …", "");
    var mine = ++asked, q = new URLSearchParams({ day: page.dataset.day, thing: held.key, worker_id: rows[held.row], at: clock(held.start) });
    timer = setTimeout(function () {
      fetch("/console/plan/check?" + q, { credentials: "same-origin" }).then(function (r) { return r.json(); }).then(function (found) {
        if (held && mine === asked) tell(found.words, found.ok ? "fits" : "wrong");
      }).catch(function () { if (mine === asked) tell("", ""); });
    }, 90);
  }
  function release() {
    if (!held) return;
    held.node.classList.remove("lifted"); ghost.setAttribute("visibility", "hidden");
    document.body.classList.remove("dragging"); held = null; low = false; asked++; tell("", "");
  }
  function put() {
    var at = held;
    if (at.row < 0 || (at.row === at.row0 && at.start === at.start0)) { release(); return; }
    form.elements.thing.value = at.key; form.elements.worker_id.value = rows[at.row]; form.elements.at.value = clock(at.start);
    keep(at.key); form.requestSubmit();
  }

  // 3. With the mouse (a finger scrolls, and a tap opens the panel).
  var down = null;
  function movable(e) { return svg && wide.matches && e.target.closest && e.target.closest("[data-movable]"); }
  document.addEventListener("pointerdown", function (e) {
    var node = e.button === 0 && e.pointerType !== "touch" && !e.target.closest(".btn") && movable(e);
    if (node) down = { node: node, x: e.clientX, y: e.clientY, grab: node.closest("svg") ? spot(e).x - (left + (+node.dataset.start - from) * scale) : 20 };
  });
  function over(e) {
    var p = spot(e), row = Math.floor((p.y - top) / lane), inside = p.y >= top && row < rows.length && p.x > left - 40;
    go(inside ? row : -1, Math.round((from + (p.x - down.grab - left) / scale) / STEP) * STEP);
  }
  // Held at an edge of the window, or of the drawing where that is wider, what lies behind it comes.
  var last = null, rolling = 0, frame = svg && svg.closest(".scroll-x"), bar = document.querySelector(".topbar");
  function edge(at, first, end) { return at < first ? -1 : at > end ? 1 : 0; }
  function roll() {
    rolling = 0;
    if (!held || !down) return;
    var b = frame.getBoundingClientRect(), y = edge(last.clientY, (bar ? bar.offsetHeight : 0) + 24, innerHeight - 48);
    var x = frame.scrollWidth > frame.clientWidth && last.clientY > b.top ? edge(last.clientX, b.left + 24, b.right - 24) : 0;
    if (!x && !y) return;
    scrollBy(0, y * 9); frame.scrollLeft += x * 9; over(last);
    rolling = requestAnimationFrame(roll);
  }
  document.addEventListener("pointermove", function (e) {
    if (!down) return;
    if (!held) {
      if (Math.abs(e.clientX - down.x) + Math.abs(e.clientY - down.y) < 6) return;
      lift(down.node); document.body.classList.add("dragging");
    }
    e.preventDefault();
    last = e; low = e.clientY > innerHeight * 0.6; over(e);
    if (!rolling) rolling = requestAnimationFrame(roll);
  });
  document.addEventListener("pointerup", function () {
    var dragged = down && held;
    down = null;
    if (dragged) { stop = true; setTimeout(function () { stop = false; }, 0); put(); }
  });
  document.addEventListener("pointercancel", function () { down = null; release(); });
  document.addEventListener("dragstart", function (e) { if (movable(e)) e.preventDefault(); });
  var stop = false;
  document.addEventListener("click", function (e) { if (stop) { e.preventDefault(); e.stopPropagation(); } }, true);
  document.body.classList.toggle("can-drag", matchMedia("(pointer: fine)").matches);

  // 4. With the keyboard. A card without a worker is held by its button.
  var MOVES = { ArrowLeft: [0, -STEP], ArrowRight: [0, STEP], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener("keydown", function (e) {
    var node = movable(e), by = MOVES[e.key];
    if ((e.ctrlKey || e.metaKey) && e.key === "z" && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) {
      var undo = document.querySelector("#plan-undo button:not([disabled])");
      if (undo) { e.preventDefault(); focused = node ? node.dataset.key : ""; undo.click(); }
    } else if (node && by && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      if (!held) lift(node);
      go(Math.max(0, held.row + by[0]), held.start % STEP ? Math.round((held.start + by[1]) / STEP) * STEP : held.start + by[1] * (e.shiftKey ? 4 : 1));
      ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
      low = ghost.getBoundingClientRect().bottom > innerHeight * 0.8; say.classList.toggle("up", low);
    } else if (held && !down && e.key === "Enter") {
      e.preventDefault(); put();
    } else if (held && e.key === "Escape") {
      down = null; release();
    }
  });
  document.addEventListener("focusout", function (e) { if (held && !down && e.target.closest("[data-movable]") === held.node) release(); });

  // 5. After a step the page comes anew: at the same place, with the same thing in focus.
  var focused = "";
  function keep(key, id) {
    try { sessionStorage.setItem(KEPT, JSON.stringify({ y: scrollY, key: key || "", id: id || "", path: location.pathname })); } catch (e) { /* then not */ }
  }
  function find(was) {
    var thing = was.key && document.querySelector('a[data-key="' + was.key + '"], [data-key="' + was.key + '"] .btn');
    var used = /^[\w-]+$/.test(was.id) && document.querySelector("#" + was.id + " button:not([disabled])");
    return thing || used || ((was.key || was.id) && document.querySelector(".plan-bar .btn:not([disabled])"));
  }
  document.addEventListener("submit", function (e) { if (e.target.method === "post" && e.target !== form) keep(focused, e.target.id); });
  try {
    var was = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    sessionStorage.removeItem(KEPT);
    if (was && was.path === location.pathname && !location.hash) {
      scrollTo(0, was.y);
      var again = find(was);
      if (again) again.focus({ preventScroll: true });
    }
  } catch (e) { /* then at the top */ }

  function stale() {
    var link = document.createElement("a");
    link.href = location.pathname + location.search; link.textContent = page.dataset.again;
    link.addEventListener("click", function (e) { e.preventDefault(); keep(""); location.reload(); });
    tell(page.dataset.stale, "wrong"); say.appendChild(link);
  }

  // 6. While it is planned the page asks; and it says when somebody else was at it.
  function look() {
    fetch("/console/plan/state?day=" + page.dataset.day, { credentials: "same-origin" }).then(function (r) { return r.json(); }).then(function (now) {
      if ("planning" in page.dataset) { if (!now.planning) { keep(""); location.reload(); } }
      else if (String(now.version) !== page.dataset.version && !held && !say.querySelector("a")) stale();
    }).catch(function () { /* asked again */ });
  }
  setInterval(function () { if (!document.hidden) look(); }, "planning" in page.dataset ? 1000 : 15000);
})();
