// Above the phones: the one clock, faults, a new start, dark or light, and the strip of things to try.
import { $, all, api, drop, el, icon, local, memory, named, redraw, tell } from "./base.js";

const LOOK_AGAIN = 4000;
const MOST_MOMENTS = 2;
// What a visitor most likely wants to move the clock to.
const WANTED = /提醒|上门/;

// Whoever was asked last; what tells that somebody was asked.
export const WORKER = "worker";
export const INVITED = /新任务邀请|想请您/;

let now = "";
let told = {};
let moments = [];
let linli = true;

// `given`: changed() after a fault was chosen, moved() after the clock was.
export function setUp(given) {
  told = given;
  for (const button of all("[data-advance]")) button.addEventListener("click", () => move({ advance: button.dataset.advance }));
  drop($("#moments-open"), $("#moments-list"));
  setUpFaults();
  setUpRestart();
  setUpTheme();
  setInterval(() => { if (!document.hidden) lookAhead(); }, LOOK_AGAIN);
}

export function show(state) {
  now = state.now;
  const at = local(now);
  redraw($("#now"), at.date + at.time, () => [`${at.date} ${at.week} `, el("b", {}, at.time)]);
  const faulty = state.faults.name !== "off";
  const opener = $("#faults-open");
  opener.lastElementChild.textContent = faulty ? `故障：${state.faults.label.replace(/（.*/, "")}` : "故障：关";
  opener.classList.toggle("on", faulty);
  drawMoments();
}

// ---- the clock ----

export async function move(given) {
  const dial = $("#dial");
  if (dial.getAttribute("aria-busy") === "true") return;
  dial.setAttribute("aria-busy", "true");
  try {
    await api.clock(given);
  } catch (error) {
    tell("钟没有拨动，请再点一次。");
  }
  dial.removeAttribute("aria-busy");
  told.moved();
  setTimeout(lookAhead, 1000);
}

// Whether the product stands behind the phones, or these stand alone.
export const isLinliThere = () => linli;

// The next times at which something happens by itself; phones without the product know none. Says whether it is there.
export async function lookAhead() {
  if (!linli) return false;
  try {
    moments = tidy((await api.moments()).moments);
  } catch (error) {
    if (error.status === 404) linli = false;
    moments = [];
  }
  drawMoments();
  return linli;
}

function drawMoments() {
  if (!now) return;
  const key = JSON.stringify([moments, local(now).number]);
  const near = moments.filter((m) => m.wanted).slice(0, MOST_MOMENTS);
  redraw($("#moments"), key, () => near.map((m) => momentButton(m, false)));
  redraw($("#moments-list"), key, () => moments.map((m) => momentButton(m, true)));
  $("#moments-open").hidden = !moments.length;
}

function tidy(found) {
  const seen = new Set();
  return found.filter((m) => !seen.has(m.at + m.label) && seen.add(m.at + m.label)).map((m) => ({ at: m.at, label: m.label, wanted: WANTED.test(m.label) }));
}

function momentButton(moment, whole) {
  const when = whole ? named(moment.at, now) : named(moment.at, now).replace("今天 ", "");
  const given = { type: "button", "data-key": moment.at + moment.label, "data-closes": true, on: { click: () => move({ to: moment.at }) } };
  return whole
    ? el("button", given, el("time", {}, when), moment.label)
    : el("button", given, `到 ${when} ${moment.label}`);
}

// ---- faults, a new start, dark ----

async function setUpFaults() {
  const opener = $("#faults-open");
  const list = $("#faults-list");
  drop(opener, list, () => fill().catch(() => tell("看不到故障的单子，请再点一次。")));
  const fill = async () => {
    const found = await api.faults();
    list.replaceChildren(...found.faults.map((f) => el("button", { type: "button", "data-closes": true, "aria-pressed": String(Boolean(f.on)), on: { click: () => choose(f) } }, f.on ? icon("check") : el("span", { class: "i" }), f.label)));
  };
  const choose = async (fault) => {
    try {
      await api.setFault(fault.name);
      tell(fault.name === "off" ? "故障关了，一切照常。" : `从现在起：${fault.label}。看看邻里怎么办。`);
    } catch (error) {
      tell("故障没有换，请再点一次。");
    }
    told.changed();
  };
}

function setUpRestart() {
  const dialog = $("#restart");
  $("#restart-open").addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes") return;
    dialog.returnValue = "";
    $("#restart-open").disabled = true;
    tell("正在回到第一天……");
    try {
      await api.restart();
      location.reload();
    } catch (error) {
      $("#restart-open").disabled = false;
      tell("没能从头再来，什么都没有变。请再点一次。");
    }
  });
}

function setUpTheme() {
  const root = document.documentElement;
  const found = /(?:^|; )linli_theme=(dark|light)/.exec(document.cookie);
  if (found) root.dataset.theme = found[1];
  $("#theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    // The same cookie as the product's pages have: the desk beside the phones goes along.
    document.cookie = `linli_theme=${root.dataset.theme}; path=/; max-age=31536000; SameSite=Lax`;
    dressDesk();
  });
}

export function dressDesk() {
  try {
    const theme = document.documentElement.dataset.theme;
    if (theme) $("#desk").contentDocument.documentElement.dataset.theme = theme;
  } catch (error) { /* the desk shows a page from elsewhere */ }
}

// ---- 试试看: the story in steps that see for themselves how far the visitor is ----

const ADDRESS = "幸福里3号楼2单元501，王阿姨";
const WISH = "明天下午三点找个保洁，擦玻璃，两小时，预算150";
const AUNT = "王阿姨";

// who: whose phone, or the worker who was asked last; say: words to put there; heard: what somebody is told once the step is
// done, counted only from the last summary or the last cancelling on, so that a second order begins the steps again.
const STEPS = [
  { who: AUNT, words: "王阿姨第一次来：在她手机上点「关注公众号」", since: "ever", done: (s) => s.follows(AUNT) },
  { who: AUNT, words: "点「同意，开始用」", since: "ever", heard: [AUNT, /您需要什么/] },
  { who: AUNT, say: () => WISH, words: `王阿姨说「${WISH}」`, since: "gone", heard: [AUNT, /上门到哪里|都对吗/] },
  { who: AUNT, say: () => ADDRESS, words: `报地址「${ADDRESS}」`, since: "gone", heard: [AUNT, /都对吗/] },
  { who: AUNT, words: "看一遍对不对，点「对，就这样」", heard: [AUNT, /交上去了/] },
  { desk: true, words: "工作台：陈姐找到王阿姨这一单，点「通过」", heard: [AUNT, /审核过了/] },
  { who: AUNT, words: (w) => `王阿姨挑人：点「请${w}」`, heard: [WORKER, INVITED] },
  { who: WORKER, say: () => "接", words: (w) => `${w}收到邀请，回一个「接」`, heard: [WORKER, /接好了/] },
  { who: WORKER, say: () => "确认", words: (w) => `约定写好了：${w}「确认」`, heard: [WORKER, /您确认好了|定下来了。/] },
  { who: AUNT, words: "王阿姨也点「我确认」，这就约好了", heard: [AUNT, /约好了/] },
  { clock: () => ({ moment: "前一晚" }), words: "把钟拨到今晚：两边都会收到提醒", heard: [AUNT, /提醒您一声/], done: (s, card) => s.visitToday(card) },
  { clock: (s, card) => ({ to: s.hourBefore(card) }), words: "拨到上门前一小时：王阿姨收到上门码", heard: [AUNT, /您的上门码是/] },
  { who: WORKER, say: () => "出发了", words: (w) => `${w}上路，说「出发了」`, heard: [AUNT, /出发了。您的上门码/] },
  { who: WORKER, say: (s) => s.code(), words: (w) => `到了门口，${w}报王阿姨手机上的四位上门码`, heard: [WORKER, /签到好了/] },
  { who: WORKER, say: () => "做完了", words: (w) => `干完活，${w}说「做完了」`, heard: [AUNT, /做完了.*请您看/] },
  { who: AUNT, say: () => "没问题", words: "王阿姨看账单，说「没问题」", heard: [AUNT, /确认好了。钱怎么付|现金已付/] },
  { who: AUNT, say: () => "付了现金", words: "付钱，说「付了现金」", heard: [AUNT, /现金已付/] },
  { who: AUNT, words: "点几颗星", heard: [AUNT, /记下了：\d ?星/] },
  { clock: () => ({ advance: "P3DT2H" }), words: "拨到三天后：问一声满意不满意", heard: [AUNT, /满意/] },
];
const END = "一单走完了。再试试：点一句话看它背后，开一个故障，或者换刘大爷说「老人摔倒了」。";

let step = -1;
let said = "";
let card = -1;
let guide = {};

// `given`: fill(name, words), point(name), desk(), and story() -> what was said so far.
export function setUpTries(given) {
  guide = given;
  const set = (open) => { $("#tries").hidden = !open; $("#tries-open").hidden = open; document.body.classList.toggle("untried", !open); memory.set("tries", open ? "on" : "off"); };
  set(memory.get("tries") !== "off");
  $("#tries-close").addEventListener("click", () => { set(false); $("#tries-open").focus(); });
  $("#tries-open").addEventListener("click", () => { set(true); $("#tries-close").focus(); });
  $("#tries-do").addEventListener("click", () => help(STEPS[step]));
  drop($("#tries-all"), $("#tries-list"));
}

export function follow(story) {
  const gone = story.heard(AUNT, /取消了[，。]/, -1);
  card = story.heard(AUNT, /都对吗/, gone);
  const from = { ever: -1, gone, card };
  const worker = story.worker(card);
  const isDone = (one) => {
    const since = from[one.since || "card"];
    if (since < 0 && !one.since) return false;
    return Boolean(one.done && one.done(story, card)) || (one.heard && story.heard(one.heard[0], one.heard[1], since) >= 0);
  };
  const next = STEPS.reduce((found, one, n) => (isDone(one) ? n + 1 : found), 0);
  const words = (one) => (typeof one.words === "string" ? one.words : one.words(worker));
  if (next === step && worker === said) return;
  step = next;
  said = worker;
  const over = step >= STEPS.length;
  $("#tries-n").textContent = over ? "" : `${step + 1}/${STEPS.length}`;
  $("#tries-what").textContent = over ? END : words(STEPS[step]);
  $("#tries").classList.toggle("over", over);
  $("#tries-do").hidden = over;
  if (!over) $("#tries-do").textContent = toDo(STEPS[step], worker);
  $("#tries-list").replaceChildren(...STEPS.map((one, n) => el("li", n === step ? { class: "now", "aria-current": "step" } : { class: n < step ? "past" : "" }, n < step ? icon("check") : el("span", {}, String(n + 1)), words(one))));
}

const nameOf = (who, worker) => (who === WORKER ? worker : who);

function toDo(one, worker) {
  if (one.desk) return "看工作台";
  if (one.clock) return "拨过去";
  return one.say ? "替我写上" : `看${nameOf(one.who, worker)}的手机`;
}

function help(one) {
  const story = guide.story();
  if (one.desk) return guide.desk();
  const who = nameOf(one.who, said);
  if (!one.clock) return one.say ? guide.fill(who, one.say(story)) : guide.point(who);
  const wish = one.clock(story, card);
  const moment = wish.moment && moments.find((m) => m.label.includes(wish.moment));
  const to = moment ? moment.at : wish.to;
  return move(to ? { to } : { advance: wish.advance || "PT1H" });
}
