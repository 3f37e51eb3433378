// The page: asks for what is new, hands it to the phones, shows whose phone is where, and the desk beside them.
import { $, all, api, el, icon, local, memory, redraw, tell } from "./base.js";
import { Phone } from "./phone.js";
import * as top from "./top.js";
import * as wire from "./wire.js";

const CALM = 700;
const QUICK = 200;
const QUICK_FOR = 6000;
const DESK_WAITS = 900;
// Whose phones lie there at first, and who comes next where there is room for more.
const FIRST = ["王阿姨", "李师傅", "刘大爷", "赵大姐"];
// How many phones stand side by side from which width on: beside the desk, and without it.
const ROOM = [[1800, 3, 4], [1181, 2, 3], [768, 2, 2], [0, 1, 1]];
const ROLES = { resident: "居民", worker: "师傅" };

const bubbles = new Map();
const phones = new Map();
let state = null;
let shown = [];
let used = [];
let since = 0;
let epoch = null;
let quickUntil = 0;
let timer = 0;
let failures = 0;
let asking = false;
let centred = "";

// ---- asking for what is new ----

function quick() {
  quickUntil = Date.now() + QUICK_FOR;
  plan(60);
}

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(poll, wait);
}

async function poll() {
  if (document.hidden) return;
  if (asking) { plan(QUICK); return; }
  asking = true;
  try {
    const found = await api.state(since);
    if (epoch !== null && found.epoch !== epoch) { location.reload(); return; }
    epoch = found.epoch;
    away(0);
    take(found);
  } catch (error) {
    away(failures + 1);
  } finally {
    asking = false;
  }
  plan(failures ? Math.min(8000, 1000 * failures) : Date.now() < quickUntil ? QUICK : CALM);
}

// A calm amber line while nobody answers; it goes by itself.
function away(count) {
  failures = count;
  $("#away").hidden = count < 2;
}

function take(found) {
  state = found;
  since = found.seq;
  for (const bubble of found.bubbles) bubbles.set(bubble.id, bubble);
  if (!shown.length) begin();
  top.show(found);
  drawCast();
  arrange();
  for (const bubble of found.bubbles) if (phones.has(bubble.person)) phones.get(bubble.person).show(bubble);
  if (found.bubbles.length) {
    wire.light();
    desk.nudge();
  }
  top.follow(story);
  document.body.removeAttribute("aria-busy");
}

// ---- whose phone is where ----

const personCalled = (name) => state.people.find((p) => p.name === name);
const idOf = (name) => (personCalled(name) || {}).id;

function slots() {
  const [, beside, alone] = ROOM.find(([width]) => matchMedia(`(min-width: ${width}px)`).matches);
  return document.body.classList.contains("no-desk") ? alone : beside;
}

function begin() {
  shown = (memory.get("phones") || "").split(" ").filter((id) => state.people.some((p) => p.id === id));
  fit();
}

// As many phones as there is room for: those touched last stay, the first of the cast fill up.
function fit() {
  const room = slots();
  while (shown.length > room) shown = shown.filter((id) => id !== oldest());
  const next = FIRST.map(idOf).concat(state.people.map((p) => p.id)).filter((id) => id && !shown.includes(id));
  if (shown.length < room) shown = shown.concat(Array.from(new Set(next)).slice(0, room - shown.length));
}

// Whose phone goes when another one comes: the one untouched for longest, of several the last in the row.
function oldest() {
  return shown.reduce((found, id) => (used.indexOf(id) <= used.indexOf(found) ? id : found));
}

function refit() {
  if (!state) return;
  fit();
  drawCast();
  arrange();
}

function bring(id) {
  if (!shown.includes(id)) {
    const gone = oldest();
    shown = shown.length < slots() ? shown.concat(id) : shown.map((one) => (one === gone ? id : one));
    memory.set("phones", shown.join(" "));
  }
  use(id);
  drawCast();
  arrange();
  phones.get(id).point();
}

// The one last touched stays longest.
function use(id) {
  used = used.filter((one) => one !== id).concat(id);
}

function arrange() {
  const row = $("#phones");
  for (const id of shown) {
    const person = state.people.find((p) => p.id === id);
    const phone = phones.get(id) || makePhone(person);
    phone.setMenus(state.menus[person.role] || []);
    phone.update(person, state.now);
    if (person.unread) api.act(id, "read").catch(() => {});
  }
  const wanted = shown.map((id) => phones.get(id));
  for (const node of Array.from(row.children)) if (!wanted.some((phone) => phone.node === node)) node.remove();
  // A phone that is moved loses its place in the chat: only what does not stand where it belongs is put there.
  wanted.forEach((phone, n) => {
    if (row.children[n] === phone.node) return;
    row.insertBefore(phone.node, row.children[n] || null);
    phone.toEnd();
  });
}

function makePhone(person) {
  const phone = new Phone(person, actions);
  phones.set(person.id, phone);
  phone.update(person, state.now);
  for (const bubble of bubbles.values()) if (bubble.person === person.id) phone.show(bubble);
  phone.seeAll();
  return phone;
}

const actions = {
  async do(person, verb, given) {
    quick();
    try {
      await api.act(person.id, verb, given);
      return true;
    } catch (error) {
      tell(error.status ? error.message || "这一下没成，请再试一次。" : "这会儿连不上，您写的还在。");
      return false;
    } finally {
      quick();
    }
  },
  open: wire.open,
  used: (person) => use(person.id),
};

// ---- the cast ----

function drawCast() {
  const unread = (p) => (shown.includes(p.id) ? 0 : p.unread);
  const key = JSON.stringify([shown, state.people.map((p) => [p.id, p.name, unread(p), p.followed])]);
  redraw($("#cast"), key, () => Object.keys(ROLES).map((role) => {
    const people = state.people.filter((p) => p.role === role).map((p) => castButton(p, unread(p)));
    return el("div", { class: "role", role: "group", "aria-label": ROLES[role] }, el("h2", {}, ROLES[role]), ...people);
  }).concat(addButton()));
  centre();
}

// Where the faces are one row that scrolls, whoever was brought last is in sight.
function centre() {
  const last = used.filter((id) => shown.includes(id)).pop() || shown[0];
  const row = $("#cast");
  const key = all("[data-key]", row).find((one) => one.dataset.key === last);
  if (!key || last === centred) return;
  centred = last;
  row.scrollLeft = key.getBoundingClientRect().left - row.getBoundingClientRect().left + row.scrollLeft - (row.clientWidth - key.offsetWidth) / 2;
}

function castButton(person, unread) {
  return el("button", { type: "button", "data-key": person.id, "aria-pressed": String(shown.includes(person.id)), title: `${person.name}的手机`, on: { click: () => bring(person.id) } },
    el("span", { class: `av a${person.tint}`, "aria-hidden": "true" }, person.face),
    el("span", { class: "name" }, person.name),
    unread ? el("span", { class: "count hot", "aria-label": `${unread}条未读` }, unread > 99 ? "99+" : String(unread)) : null);
}

function addButton() {
  return el("button", { type: "button", class: "add", "data-key": "add", on: { click: () => $("#add").showModal() } }, el("span", { class: "av" }, icon("plus")), el("span", { class: "name" }, "再加一人"));
}

function setUpAdd() {
  const dialog = $("#add");
  const form = $("form", dialog);
  const name = $("#add-name");
  $("#add-not").addEventListener("click", () => dialog.close());
  const wrong = (words) => {
    $("#add-wrong").textContent = words;
    name.setAttribute("aria-invalid", String(Boolean(words)));
    if (words) name.focus();
  };
  name.addEventListener("input", () => wrong(""));
  dialog.addEventListener("close", () => wrong(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (!wanted || personCalled(wanted)) {
      wrong(wanted ? "已经有一位这么叫了，请换个称呼" : "请写一个称呼，比如 孙阿姨");
      return;
    }
    try {
      const person = await api.addPerson(wanted, form.elements.role.value);
      dialog.close();
      form.reset();
      state.people = state.people.concat(person);
      bring(person.id);
    } catch (error) {
      wrong("没有加上，请再点一次。");
    }
  });
}

// ---- the desk ----

// The product answers the sign-in; phones that stand alone have no desk, and say so.
async function setUpDesk() {
  const frame = $("#desk");
  const toggle = $("#desk-toggle");
  const set = (open) => {
    document.body.classList.toggle("no-desk", !open);
    toggle.setAttribute("aria-pressed", String(open));
    memory.set("desk", open ? "on" : "off");
  };
  toggle.addEventListener("click", () => {
    set(document.body.classList.contains("no-desk"));
    refit();
  });
  set(memory.get("desk") !== "off");
  frame.addEventListener("load", () => { top.dressDesk(); showAddress(); });
  for (const link of all(".staff a")) link.addEventListener("click", () => memory.set("staff", link.dataset.login));
  const login = memory.get("staff") || "chenjie";
  const there = await top.lookAhead();
  $("#no-desk-here").hidden = there;
  $("#win").classList.toggle("alone", !there);
  frame.hidden = !there;
  if (there) frame.src = `/simulator/linli/signin/${encodeURIComponent(login)}`;
}

// Keeps the desk beside the phones true, but never under the hands of somebody who is busy there.
const desk = {
  timer: 0,
  whole: false,

  // Something was said; or the clock was moved (`whole`), and every ring and every 还剩 on the page is another one.
  nudge(whole) {
    desk.whole = desk.whole || Boolean(whole);
    clearTimeout(desk.timer);
    desk.timer = setTimeout(desk.freshen, DESK_WAITS);
  },

  // Lists that refresh themselves do it now, other pages come again.
  freshen() {
    try {
      const view = $("#desk").contentWindow;
      if (!view.location.pathname.startsWith("/console") || desk.busy(view.document)) return;
      const lists = view.htmx && !desk.whole ? all("[data-refresh]", view.document) : [];
      for (const list of lists) view.htmx.trigger(list, "refresh");
      if (!lists.length) view.location.reload();
      desk.whole = false;
    } catch (error) { /* the desk shows a page from elsewhere */ }
  },

  // A page of the desk, unless somebody is busy there.
  show(path) {
    try {
      const view = $("#desk").contentWindow;
      if (view.location.pathname !== path && !desk.busy(view.document)) view.location.assign(path);
    } catch (error) { /* the desk shows a page from elsewhere */ }
  },

  busy(page) {
    return document.activeElement === $("#desk") || all("dialog[open], .toast.on", page).length > 0 || all("input, textarea", page).some(changed);
  },
};

const changed = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

function showAddress() {
  try {
    const at = $("#desk").contentWindow.location;
    if (at.protocol.startsWith("http")) $("#desk-url").textContent = at.pathname;
    $("#desk-whole").href = at.pathname + at.search;
  } catch (error) { /* a page from elsewhere keeps its address to itself */ }
}

function pointDesk() {
  if (document.body.classList.contains("no-desk")) $("#desk-toggle").click();
  desk.show("/console/requests");
  const win = $("#win");
  win.scrollIntoView({ block: "nearest" });
  win.classList.remove("here");
  requestAnimationFrame(() => win.classList.add("here"));
  setTimeout(() => win.classList.remove("here"), 2400);
  $("#desk").focus();
}

// ---- how far the story is ----

const wordsOf = (bubble) => bubble.parts.map((part) => part.s).join("") || bubble.text;
const placeOf = (bubble) => Number(bubble.id.slice(1));
const DATED = /（(\d+)月(\d+)日[^）]*）/;
const NAMED_HOUR = /^(上午|中午|下午|傍晚|晚上)?(\d+)点(?:(\d+)分|(半))?/;

// The newest thing that somebody was told and that fits; `who` is a name, or top.WORKER for any worker.
function newest(who, pattern, after) {
  let found = null;
  for (const bubble of bubbles.values()) {
    if (bubble.side === "me" || placeOf(bubble) <= after) continue;
    const person = state.people.find((p) => p.id === bubble.person);
    if (!person || (who === top.WORKER ? person.role !== "worker" : person.name !== who)) continue;
    const match = pattern.exec(wordsOf(bubble));
    if (match) found = { match, person, place: placeOf(bubble), words: wordsOf(bubble) };
  }
  return found;
}

const story = {
  follows: (name) => Boolean((personCalled(name) || {}).followed),
  heard: (who, pattern, after) => (newest(who, pattern, after) || { place: -1 }).place,
  code: () => (newest("王阿姨", /上门码\D{0,3}(\d{4})/, -1) || { match: [] }).match[1] || "到了",

  // Who was asked last; before that whom 王阿姨 may choose, 李师傅 if he is among them.
  worker(card) {
    const asked = newest(top.WORKER, top.INVITED, card);
    if (card >= 0 && asked) return asked.person.name;
    const offered = newest("王阿姨", /都能来/, card);
    const names = offered ? Array.from(offered.words.matchAll(/(?:^|\n)\d*[.、]?\s*请(\S+)/g), (m) => m[1]) : [];
    return names.length && !names.includes("李师傅") ? names[0] : "李师傅";
  },

  // When the visit begins, as the reminder or the word that it is settled names it; null while nothing is agreed.
  visit(card) {
    const found = newest("王阿姨", /提醒您一声|约好了。/, card);
    const day = found && DATED.exec(found.words);
    if (!day) return null;
    const rest = found.words.slice(day.index + day[0].length);
    const clock = /^(\d+):(\d+)/.exec(rest);
    const hour = NAMED_HOUR.exec(rest);
    if (!clock && !hour) return null;
    const late = hour && /下午|傍晚|晚上/.test(hour[1] || "") && Number(hour[2]) < 12 ? 12 : 0;
    const [h, m] = clock ? [Number(clock[1]), Number(clock[2])] : [Number(hour[2]) + late, hour[4] ? 30 : Number(hour[3] || 0)];
    return new Date(Date.UTC(new Date(state.now).getUTCFullYear(), day[1] - 1, day[2], h - 8, m));
  },
  visitToday(card) {
    const at = story.visit(card);
    return Boolean(at) && local(at.toISOString()).number <= local(state.now).number;
  },
  hourBefore(card) {
    const at = story.visit(card);
    return at && new Date(at.getTime() - 3600e3 + 5000).toISOString();
  },
};

function withPhone(name, run) {
  const id = idOf(name);
  if (!id) return;
  bring(id);
  run(phones.get(id));
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(0); });
$("#away button").addEventListener("click", () => plan(0));
setUpAdd();
setUpDesk();
for (const [width] of ROOM) matchMedia(`(min-width: ${width}px)`).addEventListener("change", refit);
top.setUp({ changed: quick, moved: () => { quick(); desk.nudge(true); } });
top.setUpTries({
  story: () => story,
  fill: (name, words) => withPhone(name, (phone) => phone.fill(words)),
  point: (name) => withPhone(name, (phone) => phone.point()),
  desk: pointDesk,
});
wire.setUp(() => {});
poll();
