// Small helpers to build the page; foreign words only ever become text nodes.
export const $ = (selector, root = document) => root.querySelector(selector);

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(viewBox, paths) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", viewBox);
  node.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of paths) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    node.append(part);
  }
  return node;
}

export const mark = () =>
  svg("0 0 32 32", [
    ["path", { class: "roof", d: "M3.5 14.5 11 7.2a1.5 1.5 0 0 1 2.1 0L16 10l2.9-2.8a1.5 1.5 0 0 1 2.1 0l7.5 7.3-2 2L20 10.6 16 14.5 12 10.6 5.500 16.500z" }],
    ["path", { class: "door", d: "M6.500 18.500 12 13.400l4 3.900 4-3.900 5.500 5.100V26h-6.500v-4.500a3 3 0 0 0-6 0V26h-6.500z" }],
  ]);

// What the browser remembers of this page; nothing in a private window.
export const memory = {
  get(key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* private window */ } },
};

// Redraw only when something changed, so that focus and a half-made tap are not lost.
export function redraw(node, key, make) {
  if (node.dataset.mark === key) return;
  node.dataset.mark = key;
  const held = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  node.replaceChildren(...make());
  if (held) [...node.querySelectorAll("[data-key]")].find((one) => one.dataset.key === held)?.focus();
}

// A calm sentence at the foot of the page, gone by itself.
let calm = 0;
export function tell(words) {
  const toast = $("#tell");
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(calm);
  calm = setTimeout(() => { toast.hidden = true; }, 5000);
}

const two = (n) => String(n).padStart(2, "0");

export function local(iso) {
  const at = new Date(Date.parse(iso) + 8 * 36e5);
  const day = `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
  return { day, week: "日一二三四五六"[at.getUTCDay()], time: `${at.getUTCHours()}:${two(at.getUTCMinutes())}` };
}
