// Above the phones: the one clock, faults, a new start, dark or light, and the strip of things to try.
import { $, all, api, drop, el, icon, local, memory, named, redraw, tell } from "./base.js";

const LOOK_AGAIN = 4000;
const MOST_MOMENTS = 2;
// What a visitor most likely wants to move the clock to, first ones first.
const WANTED = ["前一晚", "提前一小时", "上门", "提醒"];

let now = "";
let moved = () => {};
let moments = [];
let linli = true;

export function setUp(changed) {
  moved = changed;
  for (const button of all("[data-advance]")) button.addEventListener("click", () => move({ advance: button.dataset.advance }));
  drop($("#moments-open"), $("#moments-list"));
  setUpFaults();
  setUpRestart();
  setUpTheme();
  lookAhead();
  setInterval(() => { if (!document.hidden) lookAhead(); }, LOOK_AGAIN);
}

export function show(state) {
  now = state.now;
  const at = local(now);
  redraw($("#now"), at.date + at.time, () => [`${at.date} ${at.week} `, el("b", {}, at.time)]);
  const faulty = state.faults.name !== "off";
  const opener = $("#faults-open");
  opener.lastElementChild.textContent = faulty ? `故障：${state.faults.label}` : "故障：关";
  opener.classList.toggle("on", faulty);
}

// ---- the clock --------------------------------------------------------------------------------------------------------

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
  moved();
  setTimeout(lookAhead, 1000);
}

// The next times at which something happens by itself; phones without the product know none.
async function lookAhead() {
  if (!linli || !now) return;
  try {
    moments = tidy((await api.moments()).moments);
  } catch (error) {
    if (error.status === 404) linli = false;
    moments = [];
  }
  const key = JSON.stringify([moments, local(now).number]);
  const near = moments.filter((m) => m.rank < WANTED.length).sort((a, b) => a.rank - b.rank).slice(0, MOST_MOMENTS);
  redraw($("#moments"), key, () => near.map((m) => momentButton(m, false)));
  redraw($("#moments-list"), key, () => moments.map((m) => momentButton(m, true)));
  $("#moments-open").hidden = !moments.length;
}

function tidy(found) {
  const seen = new Set();
  return found.filter((m) => !seen.has(m.at + m.label) && seen.add(m.at + m.label)).map((m) => {
    const rank = WANTED.findIndex((word) => m.label.includes(word));
    return { at: m.at, label: m.label, rank: rank < 0 ? WANTED.length : rank };
  });
}

function momentButton(moment, whole) {
  const when = whole ? named(moment.at, now) : named(moment.at, now).replace("今天 ", "");
  const given = { type: "button", "data-key": moment.at + moment.label, "data-closes": true, on: { click: () => move({ to: moment.at }) } };
  return whole
    ? el("button", given, el("time", {}, when), moment.label)
    : el("button", given, `到 ${when} ${moment.label}`);
}

export const momentOf = (words) => moments.find((m) => m.label.includes(words));

// ---- faults, a new start, dark ----------------------------------------------------------------------------------------

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
    moved();
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

// ---- 试试看: the story in steps that see for themselves how far the visitor is -------------------------------------------

const ADDRESS = "幸福里3号楼2单元501，王阿姨";
const WISH = "明天下午三点找个保洁，擦玻璃，两小时，预算150";
const AUNT = "王阿姨";
const LI = "李师傅";

// who: whose phone; say: words to put there; heard: what somebody is told once the step is done.
const STEPS = [
  { who: AUNT, words: "王阿姨第一次来：在她手机上点「关注公众号」", done: (s) => s.follows(AUNT) },
  { who: AUNT, words: "点「同意，开始用」", heard: [AUNT, /您需要什么/] },
  { who: AUNT, say: () => WISH, words: `王阿姨说「${WISH}」`, heard: [AUNT, /上门到哪里|都对吗/] },
  { who: AUNT, say: () => ADDRESS, words: `报地址「${ADDRESS}」`, heard: [AUNT, /都对吗/] },
  { who: AUNT, words: "看一遍对不对，点「对，就这样」", heard: [AUNT, /交上去了/] },
  { desk: true, words: "工作台：陈姐找到王阿姨这一单，点「通过」", heard: [AUNT, /审核过了/] },
  { who: AUNT, words: "王阿姨挑人：点「请李师傅」", heard: [LI, /新任务邀请/] },
  { who: LI, say: () => "接", words: "李师傅收到邀请，回一个「接」", heard: [LI, /接好了/] },
  { who: LI, say: () => "确认", words: "约定写好了：李师傅「确认」", heard: [LI, /确认好了|定下来了/] },
  { who: AUNT, words: "王阿姨也点「我确认」，这就约好了", heard: [AUNT, /约好了/] },
  { clock: () => ({ moment: "前一晚" }), words: "把钟拨到今晚：两边都会收到提醒", heard: [AUNT, /提醒您一声/] },
  { clock: (s) => ({ to: s.hourBefore() }), words: "拨到上门前一小时：王阿姨收到上门码", heard: [AUNT, /您的上门码是/] },
  { who: LI, say: () => "出发了", words: "李师傅上路，说「出发了」", heard: [AUNT, /出发了。您的上门码/] },
  { who: LI, say: (s) => s.code(), words: "到了门口，李师傅报王阿姨手机上的四位上门码", heard: [LI, /签到好了/] },
  { who: LI, say: () => "做完了", words: "干完活，李师傅说「做完了」", heard: [AUNT, /做完了.*请您看/] },
  { who: AUNT, say: () => "没问题", words: "王阿姨看账单，说「没问题」", heard: [AUNT, /确认好了。钱怎么付|现金已付/] },
  { who: AUNT, say: () => "付了现金", words: "付钱，说「付了现金」", heard: [AUNT, /现金已付/] },
  { who: AUNT, words: "点几颗星，一单就走完了", heard: [AUNT, /记下了：\d ?星/] },
];
const END = "一单走完了。再试试：点一句话看它背后，开一个故障，或者换刘大爷说「老人摔倒了」。";

let step = -1;
let guide = {};

// `given`: fill(name, words), point(name), desk(), and story() -> what was said so far.
export function setUpTries(given) {
  guide = given;
  const set = (open) => { $("#tries").hidden = !open; $("#tries-open").hidden = open; memory.set("tries", open ? "on" : "off"); };
  set(memory.get("tries") !== "off");
  $("#tries-close").addEventListener("click", () => { set(false); $("#tries-open").focus(); });
  $("#tries-open").addEventListener("click", () => set(true));
  $("#tries-do").addEventListener("click", () => help(STEPS[step]));
  drop($("#tries-all"), $("#tries-list"));
}

export function follow(story) {
  let next = 0;
  STEPS.forEach((one, n) => { if (one.done ? one.done(story) : story.heard(...one.heard)) next = n + 1; });
  if (next === step) return;
  step = next;
  const over = step >= STEPS.length;
  $("#tries-n").textContent = over ? "" : `${step + 1}/${STEPS.length}`;
  $("#tries-what").textContent = over ? END : STEPS[step].words;
  $("#tries-do").hidden = over;
  if (!over) $("#tries-do").textContent = toDo(STEPS[step]);
  $("#tries-list").replaceChildren(...STEPS.map((one, n) => el("li", n === step ? { class: "now", "aria-current": "step" } : { class: n < step ? "past" : "" }, n < step ? icon("check") : el("span", {}, String(n + 1)), one.words)));
}

function toDo(one) {
  if (one.desk) return "看工作台";
  if (one.clock) return "拨过去";
  return one.say ? "替我写上" : `看${one.who}的手机`;
}

function help(one) {
  const story = guide.story();
  if (one.desk) return guide.desk();
  if (!one.clock) return one.say ? guide.fill(one.who, one.say(story)) : guide.point(one.who);
  const wish = one.clock(story);
  const moment = wish.moment && momentOf(wish.moment);
  const to = moment ? moment.at : wish.to;
  return move(to ? { to } : { advance: "PT1H" });
}
