// 这句话背后: ① what the platform pushed, ② what Linli did with it, ③ what was sent and what the platform answered.
import { $, all, api, el, local, tell } from "./base.js";
import { isLinliThere } from "./top.js";

const LOOK_AGAIN = 2000;
// Set in by this, a long value begins on its name's own line.
const NO_BREAK = "\u00a0";
const TRACE_STATES = { new: "收下了，排着队", processing: "正在办", done: "办好了", dead: "没办成，交给人了" };

let bubble = null;
let wire = null;
let trace = null;
let see = "plain";
let back = null;
let shown = "";
let untold = "";
let closed = () => {};

export function setUp(onClose) {
  closed = onClose;
  for (const button of all("[data-see]")) button.addEventListener("click", () => choose(button.dataset.see));
  $("#wire-close").addEventListener("click", close);
  $("#again").addEventListener("click", again);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && $("#wire").contains(document.activeElement)) close(); });
  setInterval(() => { if (bubble && !document.hidden) load(bubble).catch(() => {}); }, LOOK_AGAIN);
}

export async function open(chosen, byKeyboard) {
  bubble = chosen.id;
  back = byKeyboard ? document.activeElement : null;
  shown = "";
  light();
  $("#wire").hidden = false;
  document.documentElement.classList.add("wired");
  lit()?.scrollIntoView({ block: "nearest" });
  try {
    await load(chosen.id);
  } catch (error) {
    tell("这一句背后暂时看不到，请再点一次。");
  }
  if (byKeyboard) $("#wire-what").focus();
}

function close() {
  bubble = null;
  light();
  $("#wire").hidden = true;
  document.documentElement.classList.remove("wired");
  if (back && back.isConnected) back.focus();
  closed();
}

// The bubble that is open wears a frame; drawn anew, it gets it again.
export function light() {
  for (const node of all(".lit")) node.classList.remove("lit");
  lit()?.classList.add("lit");
}

function lit() {
  const node = bubble && all("[data-id]").find((one) => one.dataset.id === bubble);
  return node && ($(".b", node) || node);
}

function choose(what) {
  see = what;
  for (const button of all("[data-see]")) button.setAttribute("aria-pressed", String(button.dataset.see === see));
  if (wire) drawPush();
}

async function again() {
  try {
    await api.again(bubble);
    tell("同一句又推了一次：号码一样，邻里只算一次。");
    await load(bubble);
  } catch (error) {
    tell("没能再推一次，请再点一次。");
  }
}

async function load(id) {
  const found = await api.wire(id);
  const steps = found.push ? await tracing(found.push) : null;
  if (id !== bubble) return;
  const key = JSON.stringify([id, found, steps]);
  if (key === shown) return;
  shown = key;
  wire = found;
  trace = steps;
  drawHead();
  drawPush();
  drawSteps();
  drawCalls();
}

// What Linli wrote down about a push; asked only where Linli is, and not again for a push that it never got.
async function tracing(push) {
  const mark = `${push.key} ${push.attempts.length}`;
  if (!isLinliThere() || mark === untold) return { missing: true, none: true };
  try {
    return await api.trace(push.key);
  } catch (error) {
    if (error.status === 404 && push.attempts.length) untold = mark;
    return { missing: true, none: error.status === 404 };
  }
}

// ---- the head ----

function drawHead() {
  const tries = wire.push ? wire.push.attempts : [];
  const last = tries[tries.length - 1];
  $("#wire-what").textContent = wire.title;
  const result = $("#wire-result");
  result.className = last && last.status === 200 && !last.reason ? "okk" : "nok";
  result.textContent = !last ? "" : result.className === "okk" ? `✓ ${Math.round(last.ms)} 毫秒回完` : `✕ ${last.reason || `HTTP ${last.status}`}`;
  $("#wire-window").textContent = wire.window ? wire.window.words : "客服消息的窗口没有开：只能发模板消息";
  $("#again").hidden = !wire.push;
}

// ---- ① ----

function drawPush() {
  const push = wire.push;
  const body = $("#wire-body");
  const times = push && push.attempts.length > 1 ? ` · 推了 ${push.attempts.length} 次` : "";
  $("#wire-push").textContent = push ? `POST ${push.path} · ${judged(push.attempts)}${times}` : "";
  if (!push) {
    body.replaceChildren(el("p", {}, "没有谁说话：是时间到了，或者工作台上有人点了，邻里自己发的。"));
    return;
  }
  const sent = see === "plain" ? xml(push.plain) : cipher(push);
  body.replaceChildren(el("pre", {}, ...sent), ...push.attempts.map(attempt));
}

function judged(attempts) {
  const last = attempts[attempts.length - 1];
  if (!last) return "正在推";
  return last.status === 200 ? "验签通过" : last.status === 403 ? "验签没过" : "没有接到";
}

function cipher(push) {
  const query = Object.entries(push.query).map(([name, value], n) => [n ? `\n${NO_BREAK}&` : "?", el("b", {}, name), "=", el("i", {}, value)]);
  return [].concat(...query, "\n", push.cipher ? xml(push.cipher) : "（这个号用明文，没有加密）");
}

function attempt(one, n) {
  const good = one.status === 200 && !one.reason;
  const head = el("p", { class: good ? "try-n okk" : "try-n nok" }, `第 ${n + 1} 次 ${local(one.at).exact} · ${Math.round(one.ms)} 毫秒 · ${one.status ? `HTTP ${one.status}` : "没有回音"}`, said(one) ? ` · ${said(one)}` : "");
  const answer = see === "plain" ? one.answer : one.answer_cipher || one.answer;
  return el("div", {}, head, answer && el("pre", {}, "← ", ...xml(answer)));
}

// What was wrong, where the number of the answer does not say it all.
const said = (one) => (one.reason === `HTTP ${one.status}` ? "" : one.reason);

// XML a line for each field, names and values in their colours; what is no XML stays as it is.
function xml(text) {
  const parsed = new DOMParser().parseFromString(text, "text/xml");
  const root = parsed.documentElement;
  if (!root || root.nodeName !== "xml") return [text];
  const out = ["<xml>"];
  for (const field of Array.from(root.children)) element(field, `\n${NO_BREAK}`, out);
  return out.concat("\n</xml>");
}

function element(field, lead, out) {
  out.push(`${lead}<`, el("b", {}, field.nodeName), ">");
  if (field.children.length) {
    for (const inner of Array.from(field.children)) element(inner, lead + NO_BREAK, out);
    out.push(`${lead}</${field.nodeName}>`);
    return;
  }
  out.push(el("i", {}, field.textContent), `</${field.nodeName}>`);
}

// ---- ② ----

function drawSteps() {
  const list = $("#wire-steps");
  $("#wire-state").textContent = trace && trace.state ? TRACE_STATES[trace.state] || trace.state : "";
  if (!wire.push) return list.replaceChildren(whole("没有推送，就没有要接的话。"));
  if (trace.missing) return list.replaceChildren(whole(trace.none ? "这里看不到步骤：只开着手机，或者这一句邻里还没有收到。" : "步骤一时看不到，马上再看。"));
  if (!trace.steps.length) return list.replaceChildren(whole(TRACE_STATES[trace.state] || "收下了"));
  return list.replaceChildren(...trace.steps.map((step) => line(`+${step.ms < 10 ? Math.round(step.ms * 10) / 10 : Math.round(step.ms)} ms`, step.words)));
}

const whole = (words) => el("li", { class: "whole" }, words);
const line = (time, words) => el("li", {}, el("time", {}, time), el("span", {}, words));

// ---- ③ ----

function drawCalls() {
  const calls = wire.calls;
  $("#wire-calls-n").textContent = calls.length ? `${calls.length} 次调用` : "";
  const carried = wire.push && wire.push.attempts.some((one) => one.answer && one.status === 200 && !one.reason);
  const none = el("p", {}, carried ? "没有调用平台的接口：要说的话跟着推送的回答一起带回去了，不占条数。" : "没有调用平台的接口。");
  $("#wire-calls").replaceChildren(...(calls.length ? calls.map(call) : [none]));
}

function call(one) {
  const code = one.answer && one.answer.errcode;
  const good = one.answer && !code && !one.fault;
  const ends = `← ${one.answer ? JSON.stringify(one.answer) : "没有回音"}  ${Math.round(one.ms)} 毫秒 · 第 ${one.attempt || 1} 次`;
  return el("div", {},
    el("p", { class: "path" }, `POST ${one.path}`, one.fault ? el("span", { class: "nok" }, ` 故障：${one.fault}`) : null),
    el("pre", {}, ...json(one.request, "")),
    el("p", { class: good ? "okk mono" : "nok mono" }, ends));
}

// JSON with its names and values in their colours; short objects stay on one line.
function json(value, lead) {
  if (value === null || typeof value !== "object") return [typeof value === "string" ? el("i", {}, JSON.stringify(value)) : String(value)];
  const list = Array.isArray(value);
  const whole = JSON.stringify(value);
  const gap = whole.length < 48 ? " " : `\n${lead} `;
  const out = [list ? "[" : "{"];
  Object.entries(value).forEach(([name, inner], n) => {
    if (n) out.push(",", gap);
    if (!list) out.push('"', el("b", {}, name), '": ');
    out.push(...json(inner, `${lead} `));
  });
  return out.concat(list ? "]" : "}");
}
