// One person's phone: the chat with its grey times, the menu, typing, the plus panel, and the account's page for who does not follow.
import { $, all, drop, el, icon, local, mark, named } from "./base.js";
import { differs, draw, pictures, refresh } from "./bubbles.js";

const QUIET = 5 * 60 * 1000;
const TYPING_LASTS = 15 * 1000;
const NEAR_END = 80;

const PLACES = [
  ["幸福里3号楼门口", 39.9042, 116.4074], ["幸福里5号楼门口", 39.9054, 116.4077],
  ["和平里2号楼门口", 39.921, 116.415], ["幸福里南门", 39.9031, 116.4079], ["地铁口，三公里外", 39.93, 116.43],
];

// What an empty chat says for itself.
const HUSH = {
  resident: "早就关注了，还没有说过话。说一句要什么就行。",
  worker: "在这里接活。有人来请，消息就到这里。",
};

// Enter sends, as on a phone's own keyboard; with shift, or while a word is being put together, it does not.
function sends(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return false;
  event.preventDefault();
  return true;
}

export class Phone {
  // `actions`: do(person, verb, given) -> whether it went, open(bubble, byKeyboard), used(person).
  constructor(person, actions) {
    this.person = person;
    this.actions = actions;
    this.known = new Map();
    this.missed = 0;
    this.typingUntil = 0;
    this.build();
  }

  build() {
    this.hm = el("span");
    this.title = el("b", {}, "邻里家政");
    this.feed = el("div", { class: "feed", tabindex: 0, role: "log", "aria-live": "polite", "aria-label": `${this.person.name}和邻里家政的聊天` });
    this.feed.addEventListener("scroll", () => { if (this.atEnd()) this.seeAll(); });
    this.feed.addEventListener("keydown", (event) => this.walk(event));
    this.hush = el("p", { class: "hush" }, `${this.person.name}${HUSH[this.person.role]}`);
    this.feed.append(this.hush);
    this.more = el("button", { class: "missed", type: "button", hidden: true, on: { click: () => this.toEnd() } });
    this.profile = this.buildProfile();
    this.menu = el("div", { class: "menu" });
    this.sayBar = this.buildSayBar();
    this.plus = this.buildPlus();
    const head = el("div", { class: "bar" }, icon("back"), el("div", {}, this.title, el("small", {}, `${this.person.name}的手机`)),
      el("button", { type: "button", "aria-label": "公众号资料", on: { click: () => this.showProfile(this.profile.hidden) } }, icon("more")));
    const status = el("div", { class: "status" }, this.hm, icon("signal", { class: "signal" }));
    this.screen = el("section", { class: "phone", "aria-label": `${this.person.name}的手机` }, status, head, this.feed, this.more, this.profile, this.menu, this.sayBar, this.plus);
    this.node = el("div", { class: "pocket" }, this.screen, ...this.buildExamples());
    this.node.addEventListener("focusin", () => this.actions.used(this.person));
    this.typing(true);
  }

  // ---- what is new ------------------------------------------------------------------------------------------------------

  update(person, now) {
    this.person = person;
    this.now = now;
    this.hm.textContent = local(now).time;
    this.title.textContent = Date.parse(now) < this.typingUntil ? "对方正在输入…" : "邻里家政";
    this.screen.classList.toggle("stranger", !person.followed);
    if (this.wasFollowed !== person.followed) this.followChanged();
    this.renameDays();
  }

  followChanged() {
    this.wasFollowed = this.person.followed;
    this.showProfile(!this.person.followed);
    this.tryButton.disabled = !this.person.followed;
    $(".follows", this.profile).hidden = !this.person.followed;
    $(".strange", this.profile).hidden = this.person.followed;
  }

  show(bubble) {
    if (bubble.kind === "typing") {
      this.typingUntil = bubble.over ? 0 : Date.parse(bubble.at) + TYPING_LASTS;
      return;
    }
    const old = this.known.get(bubble.id);
    if (old) {
      this.change(old, bubble);
      return;
    }
    const end = this.atEnd();
    const node = draw(bubble, this.person, { tap: (b, n) => this.give("tap", { bubble: b.id, tap: n }), open: this.actions.open });
    this.hush.remove();
    this.timeLine(bubble);
    this.feed.append(node);
    this.known.set(bubble.id, { bubble, node });
    this.rove();
    if (end || bubble.side === "me") this.toEnd();
    else this.miss();
  }

  change(old, bubble) {
    if (differs(old.bubble, bubble)) {
      const node = draw(bubble, this.person, { tap: (b, n) => this.give("tap", { bubble: b.id, tap: n }), open: this.actions.open });
      old.node.replaceWith(node);
      old.node = node;
    } else {
      refresh(old.node, bubble);
    }
    old.bubble = bubble;
  }

  timeLine(bubble) {
    const at = Date.parse(bubble.at);
    if (!this.lastAt || Math.abs(at - this.lastAt) >= QUIET) {
      this.feed.append(el("p", { class: "t", "data-at": bubble.at }, named(bubble.at, this.now || bubble.at)));
    }
    this.lastAt = at;
  }

  // At midnight 今天 becomes 昨天.
  renameDays() {
    const day = local(this.now).date;
    if (day === this.day) return;
    this.day = day;
    for (const line of all(".t", this.feed)) line.textContent = named(line.dataset.at, this.now);
  }

  // ---- reading ----------------------------------------------------------------------------------------------------------

  atEnd() {
    return this.feed.scrollHeight - this.feed.scrollTop - this.feed.clientHeight < NEAR_END;
  }

  toEnd() {
    this.feed.scrollTop = this.feed.scrollHeight;
    this.seeAll();
  }

  miss() {
    this.missed += 1;
    this.more.hidden = false;
    this.more.replaceChildren(icon("down"), `${this.missed} 条新消息`);
  }

  seeAll() {
    this.missed = 0;
    this.more.hidden = true;
  }

  // One stop for the tabulator in the whole chat: the arrows walk over what has something behind it.
  rove() {
    const peeks = all(".peek", this.feed);
    peeks.forEach((peek, n) => peek.setAttribute("tabindex", n === peeks.length - 1 ? 0 : -1));
  }

  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const peeks = all(".peek", this.feed);
    const here = peeks.indexOf(document.activeElement);
    if (!step || here < 0 || !peeks[here + step]) return;
    event.preventDefault();
    peeks[here + step].focus();
  }

  // ---- saying -----------------------------------------------------------------------------------------------------------

  give(verb, given) {
    this.panel(null);
    return this.actions.do(this.person, verb, given);
  }

  fill(words) {
    this.showProfile(false);
    this.typing(true);
    this.input.value = words;
    this.fit();
    this.input.focus();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    if (await this.give("say", { text })) return;
    this.input.value = text;
    this.fit();
  }

  // The field grows with the words, up to four lines; the round plus gives way to 发送.
  fit() {
    this.input.rows = 1;
    this.input.rows = Math.min(4, Math.max(1, Math.round((this.input.scrollHeight - 14) / 22)));
    this.sayBar.classList.toggle("full", Boolean(this.input.value.trim()));
  }

  typing(on) {
    this.sayBar.hidden = !on;
    this.menu.hidden = on;
    this.panel(null);
  }

  buildSayBar() {
    this.input = el("textarea", {
      rows: 1, "aria-label": "输入消息", placeholder: "说一句您要什么", maxlength: 600, enterkeyhint: "send",
      on: { input: () => this.fit(), focus: () => this.panel(null), keydown: (event) => this.key(event) },
    });
    this.toMenu = el("button", { type: "button", class: "round", "aria-label": "回到菜单", on: { click: () => this.typing(false) } }, icon("list"));
    this.toPlus = el("button", { type: "button", class: "round plus-key", "aria-label": "语音、照片、位置", "aria-expanded": "false", on: { click: () => this.panel(this.plus.hidden ? "choose" : null) } }, icon("plusRound"));
    const send = el("button", { class: "send", type: "button", on: { click: () => this.send() } }, "发送");
    return el("div", { class: "say-bar" }, this.toMenu, this.input, this.toPlus, send);
  }

  key(event) {
    if (sends(event)) this.send();
  }

  // ---- the plus panel ---------------------------------------------------------------------------------------------------

  // Which page of the panel is open: choose, voice, photo, place; null for none.
  panel(name) {
    if (!this.plus) return;
    this.plus.hidden = !name;
    this.toPlus.setAttribute("aria-expanded", String(Boolean(name)));
    for (const page of this.plus.children) page.hidden = page.dataset.page !== name;
    const page = name && all("[data-page]", this.plus).find((one) => one.dataset.page === name);
    if (name === "photo" && !page.dataset.made) this.makePhotos(page);
    if (!page) return;
    const first = $("textarea, button", page);
    if (first && name !== "choose") first.focus();
    this.toEnd();
  }

  buildPlus() {
    const way = (name, words, picture) => el("button", { type: "button", on: { click: () => this.panel(name) } }, el("span", {}, icon(picture)), words);
    const choose = el("div", { class: "ways", "data-page": "choose" }, way("voice", "语音", "speak"), way("photo", "照片", "photo"), way("place", "位置", "pin"));
    const places = PLACES.map(([label, lat, lng]) => el("button", { type: "button", on: { click: () => this.give("location", { label, lat, lng }) } }, icon("pin"), label));
    const photos = el("div", { class: "photos", "data-page": "photo" });
    return el("div", { class: "plus", hidden: true }, choose, this.buildVoice(), photos, el("div", { class: "places", "data-page": "place" }, ...places));
  }

  buildVoice() {
    const words = el("textarea", { rows: 2, "aria-label": "语音里说了什么", placeholder: "语音里说了什么？写在这里，当作是说的", maxlength: 200, enterkeyhint: "send" });
    const length = () => Math.min(60, Math.max(2, Math.round(words.value.trim().length / 4)));
    const send = el("button", { class: "send" }, "发语音");
    words.addEventListener("input", () => { send.textContent = words.value.trim() ? `发 ${length()} 秒语音` : "发语音"; });
    const submit = async (event) => {
      event.preventDefault();
      const text = words.value.trim();
      if (text && await this.give("voice", { text, seconds: length() })) words.value = "";
    };
    const form = el("form", { class: "speak", "data-page": "voice", on: { submit } }, words, send);
    words.addEventListener("keydown", (event) => { if (sends(event)) form.requestSubmit(); });
    return form;
  }

  makePhotos(page) {
    page.dataset.made = "yes";
    page.append(...pictures.map(([file, name]) => el("button", { type: "button", on: { click: () => this.give("image", { name: file }) } },
      el("img", { src: `/simulator/static/photos/${file}`, alt: "", width: 72, height: 54 }), name)));
  }

  // ---- the account's menu -----------------------------------------------------------------------------------------------

  setMenus(menus) {
    const key = JSON.stringify(menus);
    if (key === this.menuKey) return;
    this.menuKey = key;
    const toKeys = el("button", { type: "button", "aria-label": "打字", on: { click: () => { this.typing(true); this.input.focus(); } } }, icon("keys"));
    this.menu.replaceChildren(toKeys, ...menus.map((menu) => this.oneMenu(menu)));
  }

  oneMenu(menu) {
    if (menu.items.length === 1) return el("div", {}, el("button", { type: "button", on: { click: () => this.press(menu.items[0]) } }, menu.name));
    const items = menu.items.map((item) => el("button", { type: "button", "data-closes": true, on: { click: () => this.press(item) } }, item.name));
    const pop = el("div", { class: "pop" }, ...items);
    const key = el("button", { type: "button" }, icon("list"), menu.name);
    drop(key, pop);
    return el("div", {}, key, pop);
  }

  press(item) {
    this.give("menu", { key: item.key });
    if (item.type === "view" && /^https?:/.test(item.key)) window.open(item.key, "_blank", "noopener");
  }

  // ---- the account's page -----------------------------------------------------------------------------------------------

  showProfile(on) {
    this.profile.hidden = !on;
    for (const part of [this.feed, this.menu, this.sayBar]) part.classList.toggle("off", on);
    if (on) this.panel(null);
    else this.feed.scrollTop = this.feed.scrollHeight;
  }

  buildProfile() {
    const act = (verb) => () => this.give(verb);
    const facts = [["服务", "打扫、做饭、照顾老人、修水电"], ["地方", "幸福里社区"], ["电话", "遇到危险先打 120、119、110"]];
    return el("div", { class: "profile", hidden: true },
      el("div", { class: "who" }, el("span", { class: "face bot" }, mark()), el("div", {}, el("b", {}, "邻里家政"), el("small", {}, "公众号 · 幸福里社区服务站"))),
      el("p", {}, "社区里的家政服务，说一句话就能约。"),
      el("dl", {}, ...facts.map(([name, words]) => el("div", {}, el("dt", {}, name), el("dd", {}, words)))),
      el("div", { class: "strange" }, el("button", { class: "green", type: "button", on: { click: act("follow") } }, "关注公众号"), el("small", {}, "关注了，才能说话和收消息")),
      el("div", { class: "follows", hidden: true },
        el("button", { class: "green", type: "button", on: { click: () => this.showProfile(false) } }, "回到聊天"),
        el("button", { class: "quiet", type: "button", on: { click: act("unfollow") } }, "不再关注")));
  }

  // ---- sentences to try -------------------------------------------------------------------------------------------------

  buildExamples() {
    const panel = el("div", { class: "drop try-list", role: "group", "aria-label": `${this.person.name}可以说的话`, on: { click: (event) => this.example(event.target.closest("button")) } });
    panel.append($(`#say-${this.person.role}`).content.cloneNode(true));
    this.tryButton = el("button", { class: "try", type: "button" }, "试一句", icon("down"));
    drop(this.tryButton, panel);
    return [panel, this.tryButton];
  }

  example(chosen) {
    if (chosen) this.fill(chosen.textContent);
  }

  // Brings the phone before the eyes of who looks for it.
  point() {
    this.node.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.screen.classList.remove("here");
    requestAnimationFrame(() => this.screen.classList.add("here"));
    setTimeout(() => this.screen.classList.remove("here"), 2400);
  }
}
