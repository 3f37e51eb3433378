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

// ---- pictures in lines ------------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  alert: "M12 8v4.500M12 16v.01M12 3.500 21 19.500H3z",
  back: "M14.500 5.500 8 12l6.500 6.500",
  check: "M5 12.500 10 17 19 7.500",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2",
  close: "M6.500 6.500l11 11M17.500 6.500l-11 11",
  down: "M6 9.500l6 6 6-6",
  go: "M9.500 5.500 16 12l-6.500 6.500",
  keys: "M3.500 6.500h17v11h-17zM7 10v.01M10.300 10v.01M13.700 10v.01M17 10v.01M8.500 14h7",
  list: "M5 7.500h14M5 12h14M5 16.500h14",
  more: "M5.500 12v.01M12 12v.01M18.500 12v.01",
  photo: "M4 5.500h16v13H4zM4 16l5-5 4.500 4.500M13 14l2.500-2.500L20 16M15.500 9v.01",
  pin: "M12 21s-6.500-6.200-6.500-11a6.500 6.500 0 0 1 13 0c0 4.800-6.500 11-6.500 11zM12 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  plus: "M12 5v14M5 12h14",
  plusRound: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 8.500v7M8.500 12h7",
  speak: "M12 14.500a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.500a6 6 0 0 0 12 0M12 17.500v3",
  wave: "M6 12a3 3 0 0 1 1.500-2.600M9.500 16a7 7 0 0 0 0-8M13 18.500a11 11 0 0 0 0-13",
};

export function shape(viewBox, parts, attributes) {
  const node = document.createElementNS(SVG, "svg");
  const given = Object.assign({ viewBox, "aria-hidden": "true" }, attributes);
  for (const [name, value] of Object.entries(given)) node.setAttribute(name, value);
  for (const [tag, values] of parts) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(values)) part.setAttribute(name, value);
    node.append(part);
  }
  return node;
}

export const icon = (name) => shape("0 0 24 24", [["path", { d: ICONS[name] }]], { class: "i" });

export const mark = () => shape("0 0 32 32", [
  ["path", { class: "roof", d: "M3.500 14.500 11 7.200a1.500 1.500 0 0 1 2.100 0L16 10l2.900-2.800a1.500 1.500 0 0 1 2.100 0l7.500 7.300-2 2L20 10.600 16 14.500 12 10.600 5.500 16.500z" }],
  ["path", { class: "door", d: "M6.500 18.500 12 13.400l4 3.900 4-3.900 5.500 5.100V26h-6.500v-4.500a3 3 0 0 0-6 0V26h-6.500z" }],
]);

// ---- time -------------------------------------------------------------------------------------------------------------

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

// ---- small habits of the page -----------------------------------------------------------------------------------------

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

// ---- the server -------------------------------------------------------------------------------------------------------

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
