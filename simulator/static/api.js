// Talking with the simulator's server, and with the product's demo doors. Every call is JSON.
const BASE = "/simulator/api";

async function ask(path, body) {
  const init = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, init);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(data.error || data.message || String(answer.status)), { status: answer.status });
  return data;
}

export const state = (since) => ask(`${BASE}/state?since=${since}`);
export const act = (person, verb, given = {}) => ask(`${BASE}/people/${person}/${verb}`, given);
export const addPerson = (name, role) => ask(`${BASE}/people`, { name, role });
export const again = (bubble) => ask(`${BASE}/bubbles/${bubble}/again`, {});
export const wire = (bubble) => ask(`${BASE}/wire/${bubble}`);
export const clock = (given) => ask(`${BASE}/clock`, given);
export const faults = (name) => ask(`${BASE}/faults`, name === undefined ? undefined : { name });
export const moments = () => ask("/simulator/linli/moments");
export const trace = (key) => ask(`/simulator/linli/trace/${encodeURIComponent(key)}`);

export async function restart() {
  try {
    await ask("/simulator/linli/restart", {});
  } catch (error) {
    if (error.status !== 404) throw error;
    await ask("/sandbox/reset", {});
  }
}
