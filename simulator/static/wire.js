// The drawer: what the platform pushed, what Linli did step by step, what was sent and what may still be sent.
import * as api from "./api.js";
import { $, el, local, tell } from "./dom.js";

let open = null;
let see = "plain";

export async function show(bubble) {
  for (const node of document.querySelectorAll(".b.on, .tpl.on")) node.classList.remove("on");
  const drawn = document.querySelector(`[data-id="${bubble.id}"]`);
  if (drawn) (drawn.matches(".tpl") ? drawn : $(".b", drawn) || drawn).classList.add("on");
  await load(bubble.id);
  $("#wire").hidden = false;
}

// What happened after the drawer was opened (a retry, an answer) belongs in it, too.
export function news(bubbles) {
  if (!open || $("#wire").hidden) return;
  if (bubbles.some((b) => b.id === open.bubble || b.cause === open.bubble)) load(open.bubble);
}

async function load(id) {
  const found = await api.wire(id).catch((error) => ({ title: error.message, push: null, calls: [], window: null }));
  open = { ...found, bubble: id };
  $("#wire-what").textContent = open.title;
  $("#wire-window").textContent = open.window ? open.window.words : "";
  $("#again").hidden = !open.push;
  push();
  calls();
  await steps();
}

// A field on a line of its own, as nobody reads XML in one line.
const inLines = (xml) => xml.replace(/><(?!!|\/(?!xml))/g, ">\n<");

function push() {
  const sent = open.push;
  const answered = sent && sent.attempts.filter((a) => a.status === 200).pop();
  $("#wire-done").textContent = answered ? `✓ ${answered.ms} 毫秒回完` : "";
  $("#wire-push").textContent = sent ? `POST ${sent.path}${sent.attempts.length > 1 ? ` · 推了 ${sent.attempts.length} 次` : ""}` : "";
  if (!sent) { $("#wire-body").textContent = "这一条不是推送引起的回复，是邻里自己发的。"; return; }
  const tries = sent.attempts.map((a, n) => `第 ${n + 1} 次 ${local(a.at).time} · ${a.ms} 毫秒 · HTTP ${a.status}\n${see === "plain" ? inLines(a.answer || "") : a.answer_cipher || a.answer || ""}`);
  const query = Object.entries(sent.query).map(([k, v]) => `${k}=${v}`).join("&\n ");
  $("#wire-body").textContent = [see === "plain" ? inLines(sent.plain) : `?${query}\n${sent.cipher}`, "—— 回答 ——", ...tries].join("\n");
}

async function steps() {
  const asked = open;
  const lines = await words(asked.push);
  if (open === asked) $("#wire-steps").replaceChildren(...lines.map(([time, said]) => el("li", {}, el("time", {}, time), el("span", {}, said))));
}

// [time, words] of each step of the product; the page also stands on a simulator without one.
async function words(sent) {
  if (!sent) return [["", "没有对应的推送"]];
  try {
    const found = await api.trace(sent.key);
    return found.steps.length ? found.steps.map((step) => [`+${step.ms} ms`, step.words]) : [["", `收下了（${found.state}）`]];
  } catch (error) {
    return [["", "这里看不到处理步骤"]];
  }
}

function calls() {
  $("#wire-calls-n").textContent = open.calls.length ? `${open.calls.length} 次调用` : "";
  const lines = open.calls.map((call) => `POST ${call.path}\n${JSON.stringify(call.request, null, 1)}\n← ${JSON.stringify(call.answer)}  ${call.ms} 毫秒`);
  $("#wire-calls").textContent = lines.join("\n\n") || "没有调用平台的接口：回复是随推送的回答带回去的，不占条数。";
}

export function setUp() {
  for (const button of document.querySelectorAll("[data-see]")) {
    button.addEventListener("click", () => {
      see = button.dataset.see;
      for (const other of document.querySelectorAll("[data-see]")) other.setAttribute("aria-pressed", String(other === button));
      if (open) push();
    });
  }
  $("#wire-close").addEventListener("click", close);
  $("#wire").addEventListener("keydown", (e) => { if (e.key === "Escape") close(); });
  $("#again").addEventListener("click", again);
}

function close() {
  $("#wire").hidden = true;
  for (const node of document.querySelectorAll(".b.on, .tpl.on")) node.classList.remove("on");
}

async function again() {
  if (!open) return;
  const id = open.bubble;
  const done = await api.again(id).then(() => true).catch(() => false);
  tell(done ? "同一条又推了一次：邻里认得出，只算一次。" : "没有推成，请再点一次。");
  setTimeout(() => { if (open && open.bubble === id && !$("#wire").hidden) load(id); }, 900);
}
