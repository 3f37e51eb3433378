// One bubble of a chat as WeChat draws it: words with blue lines to tap, voice, picture, place, template card.
import { el, local, mark, svg } from "./dom.js";

const WORDS = { sending: "正在发……", failed: "没送到" };
const NAMES = { text: "这句话", menu: "这句话", voice: "这段语音", image: "这张照片", location: "这个位置" };

function face(person, bubble) {
  if (bubble.side === "me") return el("span", { class: `face av a${person.tint}` }, person.face);
  return el("span", { class: "face bot" }, mark());
}

function parts(bubble, act) {
  let tap = -1;
  return (bubble.parts || []).map((part) => {
    if (part.t === "tap") {
      tap += 1;
      const number = tap;
      return el("button", { class: "tap", type: "button", disabled: Boolean(bubble.used), on: { click: (e) => { e.stopPropagation(); act.tap(bubble, number); } } }, part.s);
    }
    if (part.t === "a") return el("a", { href: safe(part.href), target: "_blank", rel: "noopener" }, part.s);
    return el("span", { class: "line" }, part.s);
  });
}

const safe = (href) => (/^(https?:|tel:|\/)/.test(href) ? href : "#");

function voice(bubble) {
  const waves = svg("0 0 24 24", [["path", { d: "M6 12a3 3 0 0 1 1.5-2.6M9.5 16a7 7 0 0 0 0-8M13 18.5a11 11 0 0 0 0-13", fill: "none", stroke: "currentColor", "stroke-width": "1.8" }]]);
  waves.setAttribute("class", "i");
  return [el("div", { class: "b voice", role: "img", "aria-label": `语音 ${bubble.seconds || 3}秒` }, `${bubble.seconds || 3}″ `, waves), el("p", { class: "heard" }, el("small", {}, "说的是"), bubble.text || "")];
}

function place(bubble) {
  const where = bubble.place || {};
  const map = svg("0 0 208 84", [["rect", { width: 208, height: 84, fill: "#E8EDE2" }], ["path", { d: "M0 58h208M0 22h120M70 0v84M150 0v84", stroke: "#fff", "stroke-width": 9, fill: "none" }], ["path", { d: "M104 56s-10-9.5-10-16.500a10 10 0 0 1 20 0C114 46.500 104 56 104 56z", fill: "#0B6B4F" }]]);
  return [el("div", { class: "b loc" }, el("p", {}, where.label || "位置", el("small", {}, `${where.lat}, ${where.lng}`)), map)];
}

function picture(bubble) {
  return [el("div", { class: "b pic" }, el("img", { src: bubble.image || "", alt: bubble.text || "照片", width: 144, height: 106 }))];
}

function link(bubble) {
  return [el("div", { class: "b" }, el("a", { href: safe(bubble.href || ""), target: "_blank", rel: "noopener" }, bubble.text || "链接"))];
}

const DRAW = { voice, location: place, image: picture, link };

function template(bubble, act) {
  const card = bubble.template || { title: "", pairs: [] };
  const list = el("dl", {}, ...card.pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  const when = local(bubble.at);
  return el("div", { class: "tpl", tabindex: 0, role: "button", "aria-label": `${card.title}，看背后`, on: open(bubble, act) }, el("h4", {}, card.title), el("time", {}, `${when.day} ${when.time}`), list, el("footer", {}, detail(card)));
}

function detail(card) {
  if (!card.url || safe(card.url) === "#") return el("span", {}, "模板消息");
  return el("a", { href: safe(card.url), target: "_blank", rel: "noopener", on: { click: (e) => e.stopPropagation(), keydown: (e) => e.stopPropagation() } }, "查看详情");
}

function open(bubble, act) {
  return { click: () => act.open(bubble), keydown: (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); act.open(bubble); } } };
}

function status(bubble) {
  if (bubble.side !== "me") return null;
  if (bubble.delivery === "retry") return el("span", { class: "state" }, `重试 ${Math.min(3, bubble.attempts + 1)}/3`);
  if (!WORDS[bubble.delivery]) return null;
  return el("span", { class: `state${bubble.delivery === "failed" ? " bad" : ""}` }, bubble.delivery === "failed" ? el("b", { "aria-hidden": "true" }, "!") : null, WORDS[bubble.delivery]);
}

export function draw(bubble, person, act) {
  const node = shape(bubble, person, act);
  node.dataset.id = bubble.id;
  return node;
}

function shape(bubble, person, act) {
  if (bubble.kind === "template") return template(bubble, act);
  if (bubble.kind !== "typing" && (bubble.side === "system" || bubble.kind === "notice")) return notice(bubble, act);
  if (bubble.kind === "typing") return el("p", { class: "sys", hidden: Boolean(bubble.over) }, "对方正在输入……");
  const message = el("div", { class: `msg${bubble.side === "me" ? " me" : ""}` }, face(person, bubble));
  const body = DRAW[bubble.kind] ? DRAW[bubble.kind](bubble) : [el("div", { class: `b${bubble.kind === "menu" ? " menu-card" : ""}` }, ...words(bubble, act))];
  if (bubble.wire) body[0].addEventListener("click", (e) => { if (!e.target.closest("a")) act.open(bubble); });
  message.append(...body, ...[status(bubble), behind(bubble, act)].filter(Boolean));
  return message;
}

function notice(bubble, act) {
  if (!bubble.wire) return el("p", { class: "sys" }, bubble.text || "");
  return el("p", { class: "sys" }, el("button", { type: "button", title: "看这一步背后", on: { click: () => act.open(bubble) } }, bubble.text || ""));
}

// For the keyboard: bubbles hold buttons themselves, so the way to the drawer is a button beside them.
function behind(bubble, act) {
  if (!bubble.wire) return null;
  return el("button", { class: "behind", type: "button", on: { click: () => act.open(bubble) } }, `看${NAMES[bubble.kind] || "这句话"}背后`);
}

function words(bubble, act) {
  const drawn = parts(bubble, act);
  return drawn.length ? drawn : [bubble.text || ""];
}
