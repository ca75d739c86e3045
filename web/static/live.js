// The live page: the list of calls, and one call as it happens.
const api = 'api/v1';
const $ = (id) => document.getElementById(id);
const calls = new Map();
let shown = '';
let feed = null;

function el(tag, text, cls) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

const clock = (ms) => new Date(Math.max(0, ms)).toISOString().slice(14, 21);

async function get(path) {
  const r = await fetch(`${api}/${path}`);
  if (!r.ok) throw new Error((await r.json()).message);
  return r.json();
}

// follow calls on(event) for each event after since, and resumes when cut off.
function follow(path, since, on, done) {
  let socket, stopped = false, wait = 500;
  const open = () => {
    const url = new URL(`${api}/${path}?since=${since}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    socket = new WebSocket(url);
    socket.onopen = () => { wait = 500; $('status').textContent = 'live'; };
    socket.onmessage = (m) => { const ev = JSON.parse(m.data); since = ev.seq; on(ev); };
    socket.onclose = (e) => {
      if (stopped || (done && e.code === 1000)) return;
      $('status').textContent = 'reconnecting';
      setTimeout(async () => {
        // A crash may have taken the last events back: begin at what is left.
        const head = await get('calls?limit=0').then((l) => l.seq, () => since);
        since = Math.min(since, head);
        if (!stopped) open();
      }, wait);
      wait = Math.min(wait * 2, 10000);
    };
  };
  open();
  return () => { stopped = true; socket.close(); };
}

function list() {
  const rows = [...calls.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 200);
  $('calls').replaceChildren(...rows.map((c) => {
    const b = el('button', `${c.from || 'unknown'} → ${c.to}`);
    b.append(el('br'), el('small', [new Date(c.started).toLocaleTimeString(), c.phase, c.result, c.intent].filter(Boolean).join(' · ')));
    if (c.emotion) b.append(' ', el('small', c.emotion, c.emotion));
    if (c.id === shown) b.setAttribute('aria-current', 'true');
    b.onclick = () => { location.hash = c.id; };
    const li = el('li');
    li.append(b);
    return li;
  }));
}

const pending = new Set();
async function refresh(id) { // many events at once are one look
  if (pending.has(id)) return;
  pending.add(id);
  await new Promise((r) => setTimeout(r, 200));
  pending.delete(id);
  const c = await get(`calls/${id}`);
  calls.set(id, c);
  list();
  if (id === shown) facts(c);
}

function facts(c) {
  $('title').textContent = `${c.from || 'unknown'} → ${c.to}`;
  $('facts').textContent = [c.phase, c.result, c.reason, c.bot, c.language, clock(c.length_ms), c.id].filter(Boolean).join(' · ');
  const src = `${api}/calls/${c.id}/recording.wav`;
  $('player').hidden = !c.recording;
  // A recording that still grows is loaded again when the call has ended.
  const key = src + c.phase;
  if (c.recording && (c.phase === 'ended' || !$('player').src) && $('player').dataset.key !== key) {
    $('player').dataset.key = key;
    $('player').src = src;
  }
}

function line(at, who, text, cls) {
  const li = el('li', undefined, cls);
  const t = el('time', clock(at));
  t.onclick = () => { $('player').currentTime = at / 1000; $('player').play(); };
  li.append(t, el('b', who), text);
  $('talk').append(li);
  li.scrollIntoView({ block: 'nearest' });
}

function brief(b) {
  const rows = { reason: b.reason, from: b.from, language: b.language, intent: b.intent, emotion: b.emotion.name,
    ...b.slots, tried: (b.tried || []).join('; '), suggest: (b.suggest || []).join('; ') };
  $('brief').querySelector('dl').replaceChildren(...Object.entries(rows).filter(([, v]) => v).flatMap(([k, v]) => [el('dt', k), el('dd', v)]));
  $('brief').hidden = false;
}

const say = {
  heard: (b) => {
    const t = el('span', b.text);
    if (b.intent) t.append(' ', el('small', b.intent));
    if (b.emotion.name && b.emotion.name !== 'neutral') t.append(' ', el('small', b.emotion.name, b.emotion.name));
    return [b.start_ms, b.who, t];
  },
  said: (b) => {
    const t = el('span', b.text);
    if (b.cut) t.append(' ', el('small', `cut after ${(b.heard_ms / 1000).toFixed(1)} s`));
    return [b.start_ms, b.to === 'agent' ? 'whisper' : 'bot', t];
  },
};

function show(ev) {
  const b = ev.body;
  if (say[ev.kind]) { line(...say[ev.kind](b)); return; }
  if (ev.kind === 'popped') brief(b.brief);
  const text = { turn: () => `answered in ${b.total_ms} ms`, key: () => b.key, queued: () => `${b.skill}: ${b.reason}`,
    'agent.left': () => `${b.agent}: ${b.reason}`, 'engine.failed': () => `${b.engine}: ${b.error}`, 'call.ended': () => `${b.result}, ${b.reason}` }[ev.kind];
  line(ev.media_ms, '', el('span', `${ev.kind} ${text ? text() : b.agent || ''}`), 'fact');
}

function open() {
  const id = location.hash.slice(1);
  if (feed) feed();
  feed = null;
  shown = id;
  $('call').hidden = !id;
  $('brief').hidden = true;
  $('talk').replaceChildren();
  $('player').removeAttribute('src');
  $('player').dataset.key = '';
  if (!id) return;
  refresh(id);
  feed = follow(`calls/${encodeURIComponent(id)}/events`, 0, show, true);
}

const first = await get('calls?limit=100');
for (const c of first.calls) calls.set(c.id, c);
list();
follow('events', first.seq, (ev) => refresh(ev.call));
addEventListener('hashchange', open);
open();
