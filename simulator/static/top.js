// The top bar: the one clock, faults, a new start, dark; and the strip of things to try.
import * as api from "./api.js";
import { $, el, local } from "./dom.js";

const STEPS = ["王阿姨：关注 → 同意", "说「明天下午三点找个保洁…」", "报地址 → 对", "工作台：通过", "王阿姨：请一位师傅", "师傅：接；两边确认", "拨钟到提醒和上门", "出发、到了、做完了", "没问题 → 现金 → 星星"];

export function setUp(changed) {
  for (const button of document.querySelectorAll("[data-advance]")) button.addEventListener("click", () => move({ advance: button.dataset.advance }, changed));
  $("#restart").addEventListener("click", async () => { $("#restart").disabled = true; await api.restart().catch(() => {}); location.reload(); });
  $("#theme").addEventListener("click", theme);
  $("#tries-close").addEventListener("click", () => { $("#tries").hidden = true; localStorage.setItem("linli-tries", "off"); });
  $("#tries").hidden = localStorage.getItem("linli-tries") === "off";
  $("#steps").replaceChildren(...STEPS.map((words, n) => el("li", { class: n ? "" : "now" }, el("b", {}, `${n + 1} `), words)));
  setUpFaults();
  if (localStorage.getItem("linli-theme") === "dark") document.documentElement.dataset.theme = "dark";
  moments(changed);
  setInterval(() => { if (!document.hidden) moments(changed); }, 4000);
}

async function move(given, changed) {
  await api.clock(given).catch(() => {});
  changed();
  setTimeout(() => moments(changed), 1200);
}

function theme() {
  const dark = document.documentElement.dataset.theme === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("linli-theme", dark ? "light" : "dark");
}

export function now(iso) {
  const at = local(iso);
  $("#now").replaceChildren(`${at.day} 周${at.week} `, el("b", {}, at.time));
}

async function moments(changed) {
  try {
    const found = (await api.moments()).moments.slice(0, 3);
    $("#moments").replaceChildren(...found.map((m) => el("button", { type: "button", title: `${local(m.at).day} ${local(m.at).time}`, on: { click: () => move({ to: m.at }, changed) } }, `到 ${local(m.at).time} ${m.label}`)));
  } catch (error) {
    $("#moments").replaceChildren();
  }
}

async function setUpFaults() {
  const box = $("#faults");
  const opener = $("#faults-open");
  opener.addEventListener("click", () => { box.hidden = !box.hidden; opener.setAttribute("aria-expanded", String(!box.hidden)); });
  const draw = (data) => {
    box.replaceChildren(...data.faults.map((f) => el("button", { type: "button", "aria-pressed": String(Boolean(f.on)), on: { click: async () => { draw(await api.faults(f.name)); box.hidden = true; } } }, f.label)));
    const on = data.faults.find((f) => f.on && f.name !== "off");
    opener.textContent = on ? `故障：${on.label}` : "故障：关";
  };
  try {
    draw(await api.faults());
  } catch (error) {
    opener.hidden = true;
  }
}
