// One person's phone: the chat, the menu, typing, the plus panel, and the screen before they follow.
import { $, el, local, mark, redraw } from "./dom.js";
import { draw } from "./bubbles.js";

const HINTS = {
  resident: ["明天下午三点找个保洁，擦玻璃，两小时，预算150", "幸福里3号楼2单元501，王阿姨", "对", "你们安排", "没问题", "付了现金", "多少钱", "到哪一步了", "取消", "转人工", "我要投诉", "老人摔倒了"],
  worker: ["接", "不方便", "可以接，但是要改到下午四点", "确认", "出发了", "到了", "做完了", "收到现金了", "今天有什么活", "这个月挣了多少", "明天下午请假"],
};
const PHOTOS = [["厨房", "kitchen.png"], ["擦好的窗户", "window.png"], ["漏水的水管", "leak.png"]];
const PLACES = [["幸福里3号楼门口", 39.9042, 116.4074], ["幸福里南门", 39.9031, 116.4079], ["和平里地铁口", 39.93, 116.43]];

export class Phone {
  constructor(person, actions) {
    this.person = person;
    this.actions = actions;
    this.drawn = new Map();
    this.day = "";
    this.build();
  }

  build() {
    this.feed = el("div", { class: "feed", tabindex: 0, "aria-live": "polite", "aria-label": "聊天" });
    this.followScreen = this.buildFollow();
    this.menu = el("div", { class: "menu" });
    this.sayBar = this.buildSayBar();
    this.plus = this.buildPlus();
    this.hints = el("div", { class: "hints", role: "group", "aria-label": "试一句" }, ...HINTS[this.person.role].map((words) => el("button", { type: "button", on: { click: () => this.fill(words) } }, words)));
    this.hm = el("span");
    this.more = this.buildMore();
    const bar = el("div", { class: "bar" }, el("span"), el("b", {}, "邻里家政", el("small", {}, `${this.person.name}的手机`)), this.more);
    this.node = el("section", { class: "phone", "aria-label": `${this.person.name}的手机` }, el("div", { class: "status" }, this.hm, el("span", {}, "5G ▮▮▮")), bar, this.followScreen, this.feed, this.hints, this.menu, this.sayBar, this.plus);
    this.plus.hidden = true;
    this.typing(true);
  }

  // The three dots: leaving is one of the things that a visitor should be able to try.
  buildMore() {
    const leave = el("button", { type: "button", on: { click: () => { box.open = false; this.actions.do(this.person, "unfollow"); } } }, "取消关注");
    const box = el("details", { class: "more", on: { keydown: (e) => { if (e.key === "Escape") box.open = false; }, focusout: (e) => { if (e.relatedTarget && !box.contains(e.relatedTarget)) box.open = false; } } }, el("summary", { "aria-label": "更多" }, "⋯"), leave);
    return box;
  }

  buildFollow() {
    const button = el("button", { type: "button", on: { click: () => this.actions.do(this.person, "follow") } }, "关注公众号");
    return el("div", { class: "follow" }, mark(), el("b", {}, "邻里家政"), el("p", {}, "幸福里社区的家政服务，说一句话就能约"), button);
  }

  buildSayBar() {
    this.input = el("input", { "aria-label": "输入消息", placeholder: "说一句您要什么", maxlength: 600, on: { keydown: (e) => { if (e.key === "Enter" && !e.isComposing) this.send(); } } });
    const back = el("button", { type: "button", "aria-label": "回到菜单", on: { click: () => this.typing(false) } }, "☰");
    this.plusKey = el("button", { type: "button", "aria-label": "更多：语音、照片、位置", "aria-expanded": "false", on: { click: () => this.openPlus(this.plus.hidden) } }, "＋");
    return el("div", { class: "say-bar" }, back, this.input, this.plusKey, el("button", { class: "send", type: "button", on: { click: () => this.send() } }, "发送"));
  }

  buildPlus() {
    const spoken = el("input", { "aria-label": "语音里说什么", placeholder: "语音里说什么" });
    const voice = el("form", { on: { submit: (e) => { e.preventDefault(); if (spoken.value.trim()) this.give("voice", { text: spoken.value.trim(), seconds: Math.max(2, Math.round(spoken.value.length / 4)) }); spoken.value = ""; } } }, spoken, el("button", {}, "发语音"));
    const photos = PHOTOS.map(([label, name]) => el("button", { type: "button", on: { click: () => this.give("image", { name }) } }, `照片：${label}`));
    const places = PLACES.map(([label, lat, lng]) => el("button", { type: "button", on: { click: () => this.give("location", { label, lat, lng }) } }, `位置：${label}`));
    return el("div", { class: "plus", role: "group", "aria-label": "语音、照片、位置", on: { keydown: (e) => { if (e.key === "Escape") this.openPlus(false); } } }, voice, el("div", { class: "two-up" }, ...photos, ...places));
  }

  openPlus(on) {
    this.plus.hidden = !on;
    this.plusKey.setAttribute("aria-expanded", String(on));
    if (on) $("input", this.plus).focus();
  }

  give(verb, given) {
    this.openPlus(false);
    this.actions.do(this.person, verb, given);
  }

  fill(words) {
    this.typing(true);
    this.input.value = words;
    this.input.focus();
  }

  // What could not be handed over goes back to where it was typed.
  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    const done = await this.actions.do(this.person, "say", { text });
    if (!done && !this.input.value) this.input.value = text;
  }

  typing(on) {
    this.sayBar.hidden = !on;
    this.menu.hidden = on;
    if (!on) this.openPlus(false);
  }

  setMenus(menus) {
    const keyboard = () => el("button", { type: "button", "aria-label": "打字", on: { click: () => { this.typing(true); this.input.focus(); } } }, "⌨");
    redraw(this.menu, JSON.stringify(menus), () => [keyboard(), ...menus.map((menu, n) => this.oneMenu(menu, n))]);
  }

  oneMenu(menu, n) {
    const pop = el("div", { class: "pop", id: `pop-${this.person.id}-${n}` });
    const key = el("button", { type: "button", "aria-controls": pop.id, "aria-expanded": "false", on: { click: () => this.pop(pop) } }, menu.name);
    pop.append(...menu.items.map((item) => el("button", { type: "button", on: { click: () => this.choose(item) } }, item.name)));
    return el("div", { class: "one", on: { keydown: (e) => { if (e.key === "Escape") { this.pop(null); key.focus(); } } } }, key, pop);
  }

  choose(item) {
    this.pop(null);
    if (item.type === "view" && /^https?:/.test(item.key)) window.open(item.key, "_blank", "noopener");
    this.actions.do(this.person, "menu", { key: item.key });
  }

  pop(pop) {
    for (const other of this.menu.querySelectorAll(".pop")) {
      const on = other === pop && !other.classList.contains("on");
      other.classList.toggle("on", on);
      other.previousSibling.setAttribute("aria-expanded", String(on));
    }
  }

  update(person, now) {
    this.person = person;
    this.hm.textContent = local(now).time;
    const locked = !person.followed && !this.drawn.size;
    this.followScreen.hidden = person.followed;
    this.feed.hidden = locked;
    this.more.hidden = !person.followed;
    this.hints.hidden = !person.followed;
    if (!person.followed) { this.typing(false); this.menu.hidden = true; } else if (this.sayBar.hidden && this.menu.hidden) this.typing(true);
  }

  show(bubble) {
    const actions = { tap: (b, n) => this.actions.do(this.person, "tap", { bubble: b.id, tap: n }), open: (b) => this.actions.open(b, this.person) };
    const node = draw(bubble, this.person, actions);
    const old = this.drawn.get(bubble.id);
    this.drawn.set(bubble.id, node);
    if (old) { this.swap(old, node); return; }
    const below = this.feed.scrollHeight - this.feed.scrollTop - this.feed.clientHeight < 160;
    this.timeLine(bubble);
    this.feed.append(node);
    if (below || bubble.side === "me") this.toEnd();
  }

  // The same bubble with news (sent, used): what was marked or focused stays so.
  swap(old, node) {
    const focused = old.contains(document.activeElement);
    if (old.matches(".on") || $(".on", old)) (node.matches(".tpl") ? node : $(".b", node) || node).classList.add("on");
    old.replaceWith(node);
    if (focused) this.feed.focus({ preventScroll: true });
  }

  toEnd() {
    this.feed.scrollTop = this.feed.scrollHeight;
  }

  timeLine(bubble) {
    const at = local(bubble.at);
    const stamp = `${at.day} ${at.time}`;
    const quiet = this.lastAt && Date.parse(bubble.at) - this.lastAt < 300000;
    this.lastAt = Date.parse(bubble.at);
    if (!quiet) this.feed.append(el("p", { class: "t" }, stamp));
  }
}

