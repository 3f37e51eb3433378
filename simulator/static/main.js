// The page: asks for what is new, hands it to the phones, shows who has unread messages.
import * as api from "./api.js";
import { $, el, redraw, tell } from "./dom.js";
import { Phone } from "./phone.js";
import * as top from "./top.js";
import * as wire from "./wire.js";

const MOST = 3;
const phones = new Map();
const bubbles = [];
const byId = new Map();
let shown = ["王阿姨", "李师傅"];
let since = 0;
let epoch = null;
let last = null;
let quickUntil = 0;
let timer = 0;
let centred = "";

const actions = {
  async do(person, verb, given) {
    quick();
    try {
      await api.act(person.id, verb, given);
      return true;
    } catch (error) {
      tell(error.status < 500 ? error.message : "没发出去，请再点一次。");
      return false;
    }
  },
  open: (bubble) => wire.show(bubble),
};

function quick() {
  quickUntil = Date.now() + 5000;
  clearTimeout(timer);
  timer = setTimeout(poll, 120);
}

async function poll() {
  clearTimeout(timer);
  if (!document.hidden) await refresh();
  timer = setTimeout(poll, Date.now() < quickUntil ? 200 : 700);
}

async function refresh() {
  const data = await api.state(since).catch(() => null);
  $("#away").hidden = data !== null;
  if (data === null) return;
  if (epoch !== null && data.epoch !== epoch) { location.reload(); return; }
  epoch = data.epoch;
  take(data);
}

function take(data) {
  last = data;
  since = data.seq;
  top.now(data.now);
  for (const bubble of data.bubbles) keep(bubble);
  cast(data.people);
  arrange(data);
  for (const bubble of data.bubbles) phones.get(bubble.person)?.show(bubble);
  wire.news(data.bubbles);
}

function keep(bubble) {
  if (!byId.has(bubble.id)) bubbles.push(bubble.id);
  byId.set(bubble.id, bubble);
}

function cast(people) {
  const keys = () => people.map((p) => el("button", { type: "button", "data-key": p.id, "aria-pressed": String(shown.includes(p.name)), on: { click: () => toggle(p.name) } }, el("span", { class: `av a${p.tint}`, "aria-hidden": "true" }, p.face), p.name, p.unread && !shown.includes(p.name) ? el("span", { class: "count hot", "aria-label": `${p.unread}条未读` }, String(p.unread)) : null));
  const more = () => el("button", { type: "button", "data-key": "more", on: { click: () => $("#add").showModal() } }, el("span", { class: "av", "aria-hidden": "true" }, "＋"), "再加一人");
  redraw($("#cast"), JSON.stringify([people, shown]), () => [...keys(), more()]);
  if (narrow()) centre($("#cast [aria-pressed=true]"));
}

// The strip of faces scrolls by itself on a narrow screen: whoever is shown is in sight.
function centre(key) {
  if (!key || key.dataset.key === centred) return;
  centred = key.dataset.key;
  $("#cast").scrollLeft = key.offsetLeft - $("#cast").clientWidth / 2;
}

function narrow() {
  return matchMedia("(max-width: 767px)").matches;
}

function toggle(name) {
  if (narrow()) shown = [name];
  else if (shown.includes(name)) shown = shown.length > 1 ? shown.filter((n) => n !== name) : shown;
  else shown = [...shown, name].slice(-MOST);
  take({ ...last, bubbles: [] });
}

function arrange(data) {
  const wanted = shown.map((name) => data.people.find((p) => p.name === name)).filter(Boolean);
  for (const [id, phone] of phones) if (!wanted.some((p) => p.id === id)) { phone.node.remove(); phones.delete(id); }
  $("#stage").dataset.phones = String(wanted.length);
  for (const person of wanted) {
    const phone = phones.get(person.id) || make(person);
    phone.update(person, data.now);
    phone.setMenus(data.menus[person.role] || []);
    if (person.unread) api.act(person.id, "read").catch(() => {});
  }
  // A phone that is moved loses its place in the chat: only what is not where it belongs is put there.
  wanted.forEach((p, n) => {
    const { node } = phones.get(p.id);
    if ($("#phones").children[n] !== node) $("#phones").insertBefore(node, $("#phones").children[n] || null);
  });
}

function make(person) {
  const phone = new Phone(person, actions);
  phones.set(person.id, phone);
  for (const id of bubbles) if (byId.get(id).person === person.id) phone.show(byId.get(id));
  requestAnimationFrame(() => { phone.toEnd(); });
  return phone;
}

$("#add-not").addEventListener("click", () => $("#add").close());
$("#add form").addEventListener("submit", async (e) => {
  e.preventDefault();
  const name = $("#add-name").value.trim();
  if (!name) return;
  $("#add").close();
  e.target.reset();
  const made = await api.addPerson(name, e.submitter.value).catch(() => null);
  if (!made) { tell("没有加上，请再试一次。"); return; }
  await refresh();
  if (!shown.includes(made.name)) toggle(made.name);
});

matchMedia("(max-width: 767px)").addEventListener("change", () => {
  if (!narrow() || !last) return;
  shown = shown.slice(-1);
  take({ ...last, bubbles: [] });
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });

if (narrow()) shown = ["王阿姨"];
top.setUp(quick);
wire.setUp();
poll();
