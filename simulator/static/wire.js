// The drawer: what the platform pushed, what Linli did step by step, what was sent and what may still be sent.
import * as api from "./api.js";
import { $, el, local } from "./dom.js";

let open = null;
let see = "plain";

export async function show(bubble, person) {
  for (const node of document.querySelectorAll(".b.on, .tpl.on")) node.classList.remove("on");
  const drawn = document.querySelector(`[data-id="${bubble.id}"]`);
  if (drawn) (drawn.matches(".tpl") ? drawn : $(".b", drawn) || drawn).classList.add("on");
  try {
    open = await api.wire(bubble.id);
  } catch (error) {
    open = { title: error.message, push: null, calls: [], window: null };
  }
  open.bubble = bubble.id;
  $("#wire").hidden = false;
  $("#wire-what").textContent = open.title || `${person.name}：${bubble.text || bubble.kind}`;
  $("#wire-window").textContent = open.window ? open.window.words : "";
  $("#again").hidden = !open.push;
  push();
  calls();
  await steps();
}

function push() {
  const sent = open.push;
  $("#wire-push").textContent = sent ? `POST ${sent.path}` : "";
  if (!sent) { $("#wire-body").textContent = "这一条不是推送引起的回复，是邻里自己发的。"; return; }
  const tries = sent.attempts.map((a, n) => `第 ${n + 1} 次 ${local(a.at).time} · ${a.ms} 毫秒 · HTTP ${a.status}\n${see === "plain" ? a.answer || "" : a.answer_cipher || a.answer || ""}`);
  const query = Object.entries(sent.query).map(([k, v]) => `${k}=${v}`).join("&\n ");
  $("#wire-body").textContent = [see === "plain" ? sent.plain : `?${query}\n${sent.cipher}`, "—— 回答 ——", ...tries].join("\n");
}

async function steps() {
  const list = $("#wire-steps");
  list.replaceChildren();
  if (!open.push) { list.append(el("li", {}, el("time"), el("span", {}, "没有对应的推送"))); return; }
  try {
    const found = await api.trace(open.push.key);
    for (const step of found.steps) list.append(el("li", {}, el("time", {}, `+${step.ms} ms`), el("span", {}, step.words)));
    if (!found.steps.length) list.append(el("li", {}, el("time"), el("span", {}, `收下了（${found.state}）`)));
  } catch (error) {
    list.append(el("li", {}, el("time"), el("span", {}, "这里看不到处理步骤")));
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
  $("#wire-close").addEventListener("click", () => { $("#wire").hidden = true; });
  $("#again").addEventListener("click", () => open && api.again(open.bubble).catch(() => {}));
}
