// What every part of the page stands on: building nodes, telling the time, remembering, and talking with the server.
// Foreign words only ever become text nodes.

export const $ = (selector, root) => (root || document).querySelector(selector);
export const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// ---- pictures in lines ----

const SVG = "http://www.w3.org/2000/svg";

// One of the symbols at the top of the page.
export function icon(name, attributes) {
  const node = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries(Object.assign({ class: "i", "aria-hidden": "true" }, attributes))) node.setAttribute(key, value);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  node.append(use);
  return node;
}

export const mark = () => icon("mark", { class: "" });

// ---- time ----

const EIGHT_HOURS = 8 * 36e5;
const DAY = 24 * 36e5;
const two = (n) => String(n).padStart(2, "0");

// A moment as a clock in Shanghai shows it; `number` counts days, so that two moments can be compared.
export function local(iso) {
  const ms = Date.parse(iso) + EIGHT_HOURS;
  const at = new Date(ms);
  return {
    number: Math.floor(ms / DAY),
    year: at.getUTCFullYear(),
    date: `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`,
    week: `周${"日一二三四五六"[at.getUTCDay()]}`,
    time: `${at.getUTCHours()}:${two(at.getUTCMinutes())}`,
    exact: `${at.getUTCHours()}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`,
  };
}

// 今天 9:31, 昨天 17:02, 11月25日 周三 9:00: how people name a moment, seen from `now`.
export function named(iso, now) {
  const at = local(iso);
  const days = at.number - local(now).number;
  const near = { "-1": "昨天", 0: "今天", 1: "明天", 2: "后天" }[days];
  return `${near || `${at.date} ${at.week}`} ${at.time}`;
}

// ---- small habits of the page ----

// What the browser keeps of this page; nothing in a private window.
export const memory = {
  get(key) { try { return localStorage.getItem(`linli-sim-${key}`); } catch (error) { return null; } },
  set(key, value) { try { localStorage.setItem(`linli-sim-${key}`, value); } catch (error) { /* private window */ } },
};

let gone = 0;

// A calm sentence at the foot of the page, read aloud, gone by itself.
export function tell(words) {
  const toast = $("#tell");
  toast.textContent = words;
  toast.classList.add("on");
  clearTimeout(gone);
  gone = setTimeout(() => toast.classList.remove("on"), 6000);
}

// Draws again only when something changed, and gives the focus back to what had it.
export function redraw(node, key, make) {
  if (node.dataset.drawn === key) return;
  node.dataset.drawn = key;
  const held = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  node.replaceChildren(...make());
  const again = held && all("[data-key]", node).find((one) => one.dataset.key === held);
  if (again) again.focus();
}

const drops = [];

// A button that opens a small panel; Esc, a tap elsewhere or a choice inside closes it.
export function drop(button, panel, opened) {
  const set = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open && opened) opened();
    if (open) panel.scrollIntoView({ block: "nearest" });
  };
  button.addEventListener("click", () => set(panel.hidden));
  const one = { button, panel, close: () => { if (!panel.hidden) set(false); } };
  drops.push(one);
  set(false);
  return one;
}

document.addEventListener("click", (event) => {
  for (const one of drops) {
    const inside = one.panel.contains(event.target) && !event.target.closest("[data-closes]");
    if (!inside && !one.button.contains(event.target)) one.close();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of drops) {
    if (!one.panel.hidden && one.panel.contains(document.activeElement)) one.button.focus();
    one.close();
  }
});

// ---- the server ----

const BASE = "/simulator/api";

async function ask(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, body === undefined ? { cache: "no-store" } : post);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(data.error || data.message || ""), { status: answer.status });
  return data;
}

export const api = {
  state: (since) => ask(`${BASE}/state?since=${since}`),
  act: (person, verb, given) => ask(`${BASE}/people/${encodeURIComponent(person)}/${verb}`, given || {}),
  addPerson: (name, role) => ask(`${BASE}/people`, { name, role }),
  again: (bubble) => ask(`${BASE}/bubbles/${encodeURIComponent(bubble)}/again`, {}),
  wire: (bubble) => ask(`${BASE}/wire/${encodeURIComponent(bubble)}`),
  clock: (given) => ask(`${BASE}/clock`, given),
  faults: () => ask(`${BASE}/faults`),
  setFault: (name) => ask(`${BASE}/faults`, { name }),
  moments: () => ask("/simulator/linli/moments"),
  trace: (key) => ask(`/simulator/linli/trace/${encodeURIComponent(key)}`),
  // The product begins afresh and takes the phones with it; phones that stand alone begin afresh by themselves.
  async restart() {
    try {
      await ask("/simulator/linli/restart", {});
    } catch (error) {
      if (error.status !== 404) throw error;
      await ask("/sandbox/reset", {});
    }
  },
};
