// The page: asks for what is new, hands it to the phones, shows whose phone is where, and the desk beside them.
import { $, all, api, el, icon, memory, redraw, tell } from "./base.js";
import { Phone } from "./phone.js";
import * as top from "./top.js";
import * as wire from "./wire.js";

const CALM = 700;
const QUICK = 200;
const QUICK_FOR = 6000;
const FIRST = ["王阿姨", "李师傅"];
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

// ---- asking for what is new -------------------------------------------------------------------------------------------

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
  if (found.bubbles.length) wire.light();
  top.follow(story);
  document.body.removeAttribute("aria-busy");
}

// ---- whose phone is where ---------------------------------------------------------------------------------------------

const personCalled = (name) => state.people.find((p) => p.name === name);
const idOf = (name) => (personCalled(name) || {}).id;
const slots = () => (document.body.classList.contains("no-desk") && matchMedia("(min-width: 1181px)").matches ? 3 : 2);

function begin() {
  const kept = (memory.get("phones") || "").split(" ").filter((id) => state.people.some((p) => p.id === id));
  shown = (kept.length ? kept : FIRST.map(idOf).filter(Boolean)).slice(0, slots());
  if (!shown.length) shown = state.people.slice(0, slots()).map((p) => p.id);
}

function bring(id) {
  if (!shown.includes(id)) {
    const oldest = shown.slice().sort((a, b) => used.indexOf(a) - used.indexOf(b))[0];
    shown = shown.length < slots() ? shown.concat(id) : shown.map((one) => (one === oldest ? id : one));
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
  const nodes = shown.map((id) => phones.get(id).node);
  if (nodes.length === row.children.length && nodes.every((node, n) => row.children[n] === node)) return;
  row.replaceChildren(...nodes);
  row.dataset.count = nodes.length;
  for (const id of shown) phones.get(id).toEnd();
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

// ---- the cast ---------------------------------------------------------------------------------------------------------

function drawCast() {
  const unread = (p) => (shown.includes(p.id) ? 0 : p.unread);
  const key = JSON.stringify([shown, state.people.map((p) => [p.id, p.name, unread(p), p.followed])]);
  redraw($("#cast"), key, () => Object.keys(ROLES).map((role) => {
    const people = state.people.filter((p) => p.role === role).map((p) => castButton(p, unread(p)));
    return el("div", { class: "role", role: "group", "aria-label": ROLES[role] }, el("h2", {}, ROLES[role]), ...people);
  }).concat(addButton()));
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
  name.addEventListener("input", () => name.setCustomValidity(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (!wanted || personCalled(wanted)) {
      name.setCustomValidity(wanted ? "已经有一位这么叫了，请换个称呼" : "请写一个称呼，比如 孙阿姨");
      name.reportValidity();
      return;
    }
    try {
      const person = await api.addPerson(wanted, form.elements.role.value);
      dialog.close();
      form.reset();
      state.people = state.people.concat(person);
      bring(person.id);
    } catch (error) {
      tell("没有加上，请再试一次。");
    }
  });
}

// ---- the desk ---------------------------------------------------------------------------------------------------------

// The product answers the sign-in; phones that stand alone have no desk, and say so.
async function setUpDesk() {
  const desk = $("#desk");
  const toggle = $("#desk-toggle");
  const set = (open) => {
    document.body.classList.toggle("no-desk", !open);
    toggle.setAttribute("aria-pressed", String(open));
    memory.set("desk", open ? "on" : "off");
  };
  toggle.addEventListener("click", () => {
    set(document.body.classList.contains("no-desk"));
    shown = shown.slice(0, slots());
    if (state) { drawCast(); arrange(); }
  });
  set(memory.get("desk") !== "off");
  desk.addEventListener("load", () => { top.dressDesk(); showAddress(); });
  for (const link of all(".staff a")) link.addEventListener("click", () => memory.set("staff", link.dataset.login));
  const login = memory.get("staff") || "chenjie";
  const there = await api.moments().then(() => true, (error) => error.status !== 404);
  $("#no-desk-here").hidden = there;
  desk.hidden = !there;
  if (there) desk.src = `/simulator/linli/signin/${encodeURIComponent(login)}`;
}

function showAddress() {
  try {
    const at = $("#desk").contentWindow.location;
    if (at.protocol.startsWith("http")) $("#desk-url").textContent = at.pathname;
    $("#desk-whole").href = at.pathname + at.search;
  } catch (error) { /* a page from elsewhere keeps its address to itself */ }
}

function pointDesk() {
  if (document.body.classList.contains("no-desk")) $("#desk-toggle").click();
  const win = $("#win");
  win.scrollIntoView({ block: "nearest" });
  win.classList.remove("here");
  requestAnimationFrame(() => win.classList.add("here"));
  setTimeout(() => win.classList.remove("here"), 2400);
  $("#desk").focus();
}

// ---- how far the story is ---------------------------------------------------------------------------------------------

const wordsOf = (bubble) => bubble.parts.map((part) => part.s).join("") || bubble.text;

function last(name, pattern) {
  const id = idOf(name);
  let found = null;
  for (const bubble of bubbles.values()) {
    if (bubble.person === id && bubble.side !== "me") found = pattern.exec(wordsOf(bubble)) || found;
  }
  return found;
}

const story = {
  follows: (name) => Boolean((personCalled(name) || {}).followed),
  heard: (name, pattern) => Boolean(last(name, pattern)),
  code: () => (last("王阿姨", /上门码\D{0,3}(\d{4})/) || [])[1] || "到了",
  // One hour before the visit that the evening's reminder names.
  hourBefore() {
    const found = last("王阿姨", /提醒您一声[^（]*（(\d+)月(\d+)日[^）]*）(\d+):(\d+)/);
    if (!found) return null;
    const [month, day, hour, minute] = found.slice(1).map(Number);
    const at = new Date(Date.UTC(new Date(state.now).getUTCFullYear(), month - 1, day, hour - 8 - 1, minute, 5));
    return at.toISOString();
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
top.setUp(quick);
top.setUpTries({
  story: () => story,
  fill: (name, words) => withPhone(name, (phone) => phone.fill(words)),
  point: (name) => withPhone(name, (phone) => phone.point()),
  desk: pointDesk,
});
wire.setUp(() => {});
poll();
