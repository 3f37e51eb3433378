// One bubble of a chat, drawn as the host app draws it: words with blue lines to tap, voice, picture, place, cards.
// `acts` is what a bubble can ask for: tap(bubble, place among its lines), open(bubble, byKeyboard).
import { el, icon, local, mark } from "./base.js";

const PICTURES = {
  "stove.png": "擦干净的灶台", "window.png": "擦亮的窗", "tap.png": "漏水的龙头",
  "vase.png": "打碎的花瓶", "door.png": "到了门口", "pills.png": "药盒",
};
export const pictures = Object.entries(PICTURES);

const REDRAWN = ["kind", "text", "image", "template", "over"];
const LINE_START = /(^|\n)[ \t]*(\d+[.、．)]?[ \t]*)?$/;
const ADDRESS = /(https?:\/\/[^\s，。；、）》」]+)/;

export function draw(bubble, person, acts) {
  const node = drawn(bubble, person, acts);
  node.dataset.id = bubble.id;
  return node;
}

// Whether a change is more than a new state of the same bubble: then it is drawn anew.
export const differs = (before, after) => REDRAWN.some((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));

// The same bubble, later: where it is on its way, and whether its lines can still be tapped.
export function refresh(node, bubble) {
  const old = node.querySelector(".on-way");
  const state = onWay(bubble);
  if (old && state) old.replaceWith(state);
  else if (old) old.remove();
  else if (state) node.append(state);
  if (bubble.used) for (const line of node.querySelectorAll(".tap")) line.disabled = true;
}

function drawn(bubble, person, acts) {
  if (bubble.kind === "template") return template(bubble, acts);
  if (bubble.side === "system" || bubble.kind === "notice") return notice(bubble, acts);
  const mine = bubble.side === "me";
  const body = el("div", { class: "col" }, ...(BODIES[bubble.kind] || words)(bubble, acts));
  const face = mine ? el("span", { class: `face a${person.tint}` }, person.face) : el("span", { class: "face bot" }, mark());
  const said = el("span", { class: "sr" }, mine ? `${person.name}：` : "邻里家政：");
  face.setAttribute("aria-hidden", "true");
  const node = el("div", { class: mine ? "msg me" : "msg" }, said, face, body, onWay(bubble));
  opens(body.firstElementChild, bubble, acts);
  if (bubble.wire) body.append(peek(bubble, acts));
  return node;
}

// ---- the way to the drawer ----

function opens(node, bubble, acts) {
  if (!bubble.wire) return;
  node.classList.add("opens");
  node.addEventListener("click", (event) => { if (!event.target.closest("a, button")) acts.open(bubble, false); });
}

// For the keyboard: a bubble may hold buttons itself, so a small one beside it leads to the drawer.
function peek(bubble, acts) {
  return el("button", { class: "peek", type: "button", tabindex: -1, on: { click: () => acts.open(bubble, true) } }, "看这句话背后");
}

function onWay(bubble) {
  if (bubble.delivery === "sending") return el("span", { class: "on-way wait", title: "正在送" }, icon("clock"), el("span", { class: "sr" }, "正在送"));
  if (bubble.delivery === "retry") return el("span", { class: "on-way" }, icon("clock"), `重试 ${Math.min(3, bubble.attempts + 1)}/3`);
  if (bubble.delivery === "failed") return el("span", { class: "on-way bad" }, el("b", { "aria-hidden": "true" }, "!"), "没送到");
  return null;
}

// ---- words ----

function words(bubble, acts) {
  const box = el("div", { class: "b" });
  const parts = bubble.parts.length ? bubble.parts : [{ t: "text", s: bubble.text || "" }];
  let lines = null;
  let tapped = -1;
  parts.forEach((part, n) => {
    if (part.t !== "tap") {
      lines = plain(box, lines, part, parts[n + 1]);
      return;
    }
    tapped += 1;
    const before = n ? parts[n - 1] : { t: "text", s: "\n" };
    const start = before.t === "text" ? LINE_START.exec(before.s) : null;
    if (!start) {
      box.append(line(bubble, acts, tapped, part.s));
      return;
    }
    if (!lines) box.append(lines = el("span", { class: "taps" }));
    lines.append(line(bubble, acts, tapped, part.s, (start[2] || "").trim()));
  });
  return [box];
}

// Words between lines to tap. The number that begins a line belongs to it, and so does the break before it.
function plain(box, lines, part, next) {
  if (part.t === "a") {
    box.append(link(part.href, part.s));
    return null;
  }
  const leads = next && next.t === "tap" && LINE_START.test(part.s);
  let text = lines ? part.s.replace(/^\n+/, "") : part.s;
  if (leads) text = text.replace(LINE_START, "").replace(/\s+$/, "");
  if (lines && !text) return lines;
  box.append(...linked(text));
  return null;
}

function line(bubble, acts, place, text, number) {
  const given = { class: "tap", type: "button", disabled: Boolean(bubble.used), on: { click: () => acts.tap(bubble, place) } };
  return el("button", given, number && el("i", {}, number), el("span", {}, text));
}

// Addresses in plain words become links, as the host app makes them.
function linked(text) {
  return text.split(ADDRESS).map((piece, n) => (n % 2 ? link(piece, piece) : piece));
}

function link(href, text) {
  const safe = /^(https?:|tel:|\/(?!\/))/.test(href);
  if (!safe) return el("span", { class: "linkish" }, text);
  return el("a", { href, target: href.startsWith("tel:") ? null : "_blank", rel: "noopener" }, text);
}

// ---- other kinds ----

function voice(bubble) {
  const seconds = bubble.seconds || 3;
  const size = seconds < 6 ? "short" : seconds < 15 ? "middle" : "long";
  const box = el("div", { class: `b voice ${size}`, role: "img", "aria-label": `语音 ${seconds} 秒` }, `${seconds}″`, icon("wave"));
  return bubble.text ? [box, el("p", { class: "heard" }, el("small", {}, "转成文字"), bubble.text)] : [box];
}

function picture(bubble) {
  const name = PICTURES[bubble.text] || String(bubble.text || "").replace(/\.\w+$/, "") || "照片";
  return [el("div", { class: "b pic" }, bubble.image
    ? el("img", { src: bubble.image, alt: `照片：${name}`, width: 144, height: 108 })
    : el("p", {}, "[照片]"))];
}

function place(bubble) {
  const where = bubble.place || {};
  const point = where.lat === undefined ? "" : `${where.lat}, ${where.lng}`;
  return [el("div", { class: "b loc" }, el("p", {}, where.label || bubble.text || "位置", el("small", {}, point)), icon("map", { class: "" }))];
}

function card(bubble) {
  const what = bubble.kind === "miniprogram" ? "小程序" : "文章";
  const title = bubble.href ? link(bubble.href, bubble.text) : bubble.text;
  return [el("div", { class: "b sheet" }, el("b", {}, title || what), el("small", {}, `邻里家政 · ${what}`))];
}

const BODIES = { voice, image: picture, location: place, link: card, miniprogram: card };

function template(bubble, acts) {
  const given = bubble.template || { title: bubble.text, pairs: [] };
  const at = local(bubble.at);
  const pairs = given.pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  const node = el("div", { class: "tpl" }, el("h3", {}, given.title), el("time", {}, `${at.date} ${at.time}`), el("dl", {}, ...pairs));
  if (given.url) node.append(el("footer", {}, link(given.url, "查看详情"), icon("go")));
  opens(node, bubble, acts);
  if (bubble.wire) node.append(peek(bubble, acts));
  return node;
}

function notice(bubble, acts) {
  if (!bubble.wire) return el("p", { class: "sys" }, bubble.text);
  const ask = () => acts.open(bubble, false);
  return el("p", { class: "sys" }, el("button", { type: "button", title: "看这一步背后", on: { click: ask } }, bubble.text), onWay(bubble));
}
