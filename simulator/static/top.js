// The top bar: the one clock, faults, a new start, dark; and the strip of things to try.
import * as api from "./api.js";
import { $, el, local, memory, redraw, tell } from "./dom.js";

const STEPS = ["王阿姨：关注 → 同意", "说「明天下午三点找个保洁…」", "报地址 → 对", "工作台：通过", "王阿姨：请一位师傅", "师傅：接；两边确认", "拨钟到提醒和上门", "出发、到了、做完了", "没问题 → 现金 → 星星"];

export function setUp(changed) {
  for (const button of document.querySelectorAll("[data-advance]")) button.addEventListener("click", () => move({ advance: button.dataset.advance }, changed));
  $("#restart").addEventListener("click", restart);
  $("#theme").addEventListener("click", theme);
  $("#tries-close").addEventListener("click", () => { $("#tries").hidden = true; memory.set("linli-tries", "off"); });
  $("#tries").hidden = memory.get("linli-tries") === "off";
  $("#steps").replaceChildren(...STEPS.map((words, n) => el("li", { class: n ? "" : "now" }, el("b", {}, `${n + 1} `), words)));
  setUpFaults();
  const wanted = memory.get("linli-theme");
  if (wanted) document.documentElement.dataset.theme = wanted;
  moments(changed);
  setInterval(() => { if (!document.hidden) moments(changed); }, 4000);
}

async function restart() {
  $("#restart").disabled = true;
  tell("正在回到开头……");
  try {
    await api.restart();
    location.reload();
  } catch (error) {
    $("#restart").disabled = false;
    tell("没能从头再来，请再点一次。");
  }
}

async function move(given, changed) {
  await api.clock(given).catch(() => tell("钟没有拨动，请再点一次。"));
  changed();
  setTimeout(() => moments(changed), 1200);
}

function theme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  try {
    window.frames.desk.document.documentElement.dataset.theme = dark ? "light" : "dark";
  } catch (error) { /* the desk has not come yet */ }
  memory.set("linli-theme", dark ? "light" : "dark");
}

let clock = null;

export function now(iso) {
  const at = local(iso);
  clock = iso;
  redraw($("#now"), `${at.day}${at.time}`, () => [`${at.day} 周${at.week} `, el("b", {}, at.time)]);
}

function moment(m, changed) {
  const at = local(m.at);
  const day = clock && local(clock).day !== at.day ? `${at.day} ` : "";
  return el("button", { type: "button", "data-key": m.at + m.label, title: `拨到 ${at.day} 周${at.week} ${at.time}`, on: { click: () => move({ to: m.at }, changed) } }, m.label, el("small", {}, `${day}${at.time}`));
}

async function moments(changed) {
  const found = await api.moments().catch(() => ({ moments: [] }));
  const next = found.moments.slice(0, 6);
  redraw($("#moments"), JSON.stringify([next, clock && local(clock).day]), () => next.map((m) => moment(m, changed)));
}

function setUpFaults() {
  const box = $("#faults");
  const opener = $("#faults-open");
  const open = (on) => { box.hidden = !on; opener.setAttribute("aria-expanded", String(on)); };
  opener.addEventListener("click", () => { open(box.hidden); box.querySelector("[aria-pressed=true]")?.focus(); });
  document.addEventListener("click", (e) => { if (!box.contains(e.target) && e.target !== opener) open(false); });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && !box.hidden) { open(false); opener.focus(); } });
  const choose = async (fault) => {
    open(false);
    opener.focus();
    await api.faults(fault.name).catch(() => tell("没有改成，请再点一次。"));
    await show();
  };
  const show = () => api.faults().then((data) => drawFaults(data, choose)).catch(() => { opener.hidden = true; });
  show();
}

function drawFaults(data, choose) {
  const on = data.faults.find((f) => f.on && f.name !== "off");
  $("#faults").replaceChildren(...data.faults.map((f) => el("button", { type: "button", "aria-pressed": String(Boolean(f.on)), on: { click: () => choose(f) } }, f.label)));
  $("#faults-open").textContent = `故障：${on ? on.label : "关"}`;
  $("#faults-open").classList.toggle("bad", Boolean(on));
}
