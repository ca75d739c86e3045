// A customer's page: a call over WHIP (RFC 9725) with captions, or the same bot in text.
// ?to= names whom to call and ?lang= the language; embed.js opens it in a frame of another site.
import { words } from './call-words.js';

const whip = 'api/v1/whip';
const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const to = query.get('to') || '';
const framed = parent !== window;

const kept = { // a frame may be denied its storage
  get lang() { try { return localStorage.getItem('lang'); } catch { return ''; } },
  set lang(l) { try { localStorage.setItem('lang', l); } catch { /* for this visit only */ } },
};
const known = (l) => l && Object.keys(words).find((k) => l.toLowerCase().startsWith(k));
let lang = known(query.get('lang')) || known(kept.lang) || known(navigator.language) || 'en';
let state = 'idle';
let call = null; // of now: {pc, mic, url, end}

function show(name) { state = name; $('status').textContent = words[lang][name]; }

function speakIn(l) {
  lang = l;
  document.documentElement.lang = l;
  document.title = words[l].title;
  for (const e of document.querySelectorAll('[data-text]')) e.textContent = words[l][e.dataset.text];
  for (const e of document.querySelectorAll('[data-label]')) e.setAttribute('aria-label', words[l][e.dataset.label]);
  for (const b of document.querySelectorAll('[data-lang]')) b.setAttribute('aria-pressed', b.dataset.lang === l);
  $('keys').setAttribute('aria-label', words[l].keypad);
  look();
}

// look puts the controls as the call is.
function look() {
  const live = !!call?.url;
  $('call').textContent = words[lang][call ? 'hangup' : 'call'];
  $('call').classList.toggle('on', !!call);
  for (const id of ['mute', 'pad', 'level', 'clock']) $(id).hidden = !live;
  if (!live) keypad(false);
  if (!live) place(null);
  $('chat').hidden = !!call;
  show(state);
  if (framed) parent.postMessage({ hotline: 'call', live: !!call }, '*'); // for the button of embed.js; no secret
}

function line(who, text, language) {
  const li = document.createElement('li');
  const b = document.createElement('b');
  b.textContent = `${words[lang][who] || who}: `;
  li.className = who;
  li.append(b, text);
  if (language) li.lang = language;
  $('none').hidden = true;
  $('log').hidden = false;
  return li;
}

const end = () => { $('log').scrollTop = $('log').scrollHeight; };

function caption(who, text, language) {
  saying(who, '');
  $('captions').append(line(who, text, language));
  end();
}

// saying shows what somebody says at the moment; an empty text takes it away.
function saying(who, text, language) {
  $('now').querySelector(`.${who}`)?.remove();
  if (!text) return;
  const li = line(who, `${text.replace(/[.。]+$/, '')}…`, language);
  li.classList.add('now');
  $('now').append(li);
  end();
}

// place tells how the queue stands: what is not known is not guessed.
function place(p) {
  $('place').hidden = !p;
  if (!p) return;
  const w = words[lang];
  const minutes = Math.max(1, Math.ceil(p.estimate.wait_ms / 60000));
  const told = `${w.position(p.position)} ${p.estimate.known ? w.wait(minutes) : w.unknown}`;
  if ($('place').textContent !== told) $('place').textContent = told; // it is read aloud when it changes
}

// iceServers reads the Link headers of RFC 9725 section 4.6.
async function iceServers() {
  const link = (await fetch(whip, { method: 'OPTIONS' })).headers.get('Link') || '';
  return [...link.matchAll(/<([^>]+)>([^<]*)/g)].filter((m) => m[2].includes('ice-server')).map((m) => ({
    urls: m[1], username: m[2].match(/username="([^"]*)"/)?.[1], credential: m[2].match(/credential="([^"]*)"/)?.[1] }));
}

function gathered(pc) { // all candidates, or those of the first second
  return new Promise((done) => {
    setTimeout(done, 1000);
    pc.addEventListener('icegatheringstatechange', () => { if (pc.iceGatheringState === 'complete') done(); });
  });
}

async function dial() {
  const c = { end: () => {} };
  call = c;
  show('asking');
  look();
  try {
    c.mic = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  } catch (e) {
    if (call === c) finish(c, e.name === 'NotAllowedError' ? 'denied' : 'nomic');
    $('text').focus(); // writing is the other way
    return;
  }
  if (call !== c) { finish(c); return; } // hung up meanwhile
  show('connecting');
  try {
    const pc = new RTCPeerConnection({ iceServers: await iceServers() });
    c.pc = pc;
    pc.ontrack = (e) => { $('far').srcObject = e.streams[0] || new MediaStream([e.track]); };
    c.sender = pc.addTrack(c.mic.getAudioTracks()[0], c.mic);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc);
    if (call !== c) { finish(c); return; }
    const r = await fetch(`${whip}?to=${encodeURIComponent(to)}&lang=${lang}`, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: pc.localDescription.sdp });
    if (r.status !== 201) { finish(c, 'refused'); return; }
    c.url = r.headers.get('Location');
    c.id = r.headers.get('Hotline-Call');
    c.secret = r.headers.get('Hotline-Secret');
    if (call !== c) { finish(c); return; }
    await pc.setRemoteDescription({ type: 'answer', sdp: await r.text() });
    watch(c);
    c.began = Date.now();
    meter(c);
    look();
  } catch {
    finish(c, 'lost');
  }
}

// watch follows the connection and mends it when the network changes.
function watch(c) {
  const { pc } = c;
  const changed = () => mend(c);
  pc.onconnectionstatechange = () => {
    switch (pc.connectionState) {
      case 'connected':
        if (!c.following) { c.following = true; c.end = follow(c, 0); } // before, there may be nothing to follow
        if (!c.mending) show(c.stage || 'connected');
        break;
      case 'disconnected': setTimeout(() => { if (pc.connectionState === 'disconnected') mend(c); }, 2000); break;
      case 'failed': mend(c); break;
    }
  };
  // Our hangup shows here first; connectionState takes seconds.
  c.sender.transport.onstatechange = () => { if (c.sender.transport.state === 'closed') finish(c, 'ended', true); };
  addEventListener('online', changed);
  navigator.connection?.addEventListener('change', changed);
  c.unwatch = () => { removeEventListener('online', changed); navigator.connection?.removeEventListener('change', changed); };
}

const patience = 30000; // ms without a network; the server waits a little longer

// mend restarts ICE, again and again until it connects: the new offer goes where the call is.
async function mend(c) {
  if (c.mending || c.done) return;
  c.mending = true;
  show('mending');
  for (const until = Date.now() + patience; !c.done;) {
    try {
      await c.pc.setLocalDescription(await c.pc.createOffer({ iceRestart: true }));
      await gathered(c.pc);
      const r = await fetch(c.url, { method: 'PATCH', headers: { 'Content-Type': 'application/sdp' }, body: c.pc.localDescription.sdp, signal: AbortSignal.timeout(5000) });
      if (r.status === 404) { finish(c, 'ended', true); break; } // it is over there
      if (!r.ok) throw new Error(r.status);
      const moved = new Promise((done) => { // the other way is in use; what is sent before then may be lost
        const ice = c.sender.transport.iceTransport;
        ice?.addEventListener('selectedcandidatepairchange', done, { once: true });
        setTimeout(done, 5000);
      });
      await c.pc.setRemoteDescription({ type: 'answer', sdp: await r.text() });
      await moved;
      if (c.pc.connectionState === 'connected' && !c.done) show(c.stage || 'connected');
      break;
    } catch {
      if (c.pc.signalingState === 'have-local-offer') await c.pc.setLocalDescription({ type: 'rollback' }).catch(() => {});
      if (Date.now() > until) { finish(c, 'lost'); break; }
      await new Promise((r) => setTimeout(r, 1000));
    }
  }
  c.mending = false;
}

// finish ends the call; the server is told unless it is the server's doing.
function finish(c, why, theirs) {
  if (c.done) return;
  c.done = true;
  c.end();
  c.unwatch?.();
  for (const t of c.mic?.getTracks() || []) t.stop();
  c.context?.close();
  const close = () => c.pc?.close();
  if (c.url && !theirs) fetch(c.url, { method: 'DELETE', keepalive: true }).then(close, close);
  else close();
  if (call !== c) return;
  call = null;
  $('now').replaceChildren();
  $('mute').setAttribute('aria-pressed', false);
  if (why) show(why);
  look();
}

// follow shows the captions of the call, and resumes where it was cut off.
function follow(c, since) {
  const stop = new AbortController();
  const go = async () => {
    while (!c.done) {
      try {
        const r = await fetch(`api/v1/calls/${c.id}/captions?follow=1&partials=1&since=${since}`, { headers: { 'Hotline-Secret': c.secret }, signal: stop.signal });
        if (!r.ok) return;
        let rest = '';
        const text = r.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { done, value } = await text.read();
          if (done) break;
          const lines = (rest + value).split('\n');
          rest = lines.pop();
          for (const l of lines) { const told = JSON.parse(l); since = told.seq || since; event(c, told); }
        }
      } catch { /* cut off */ }
      if (!c.done) await new Promise((again) => setTimeout(again, 500));
    }
  };
  go();
  return () => stop.abort();
}

function event(c, told) {
  const stage = (name) => { c.stage = name; if (!c.mending) show(name); };
  switch (told.kind) {
    case 'hearing': saying(told.who === 'caller' ? 'you' : 'agent', told.text, told.language); break;
    case 'heard': caption(told.who === 'caller' ? 'you' : 'agent', told.text, told.language); break;
    case 'said': caption('bot', told.text, told.language); break;
    case 'waiting': stage('waiting'); queue(c); break;
    case 'person': stage('person'); place(null); break;
    case 'bot': stage('connected'); break;
    case 'ended': finish(c, 'ended', true); break;
  }
}

// queue asks how long it may take, for as long as nobody is there.
async function queue(c) {
  if (c.queued) return;
  c.queued = true;
  while (!c.done && c.stage === 'waiting') {
    try {
      const r = await fetch(`api/v1/calls/${c.id}/place`, { headers: { 'Hotline-Secret': c.secret } });
      if (c.stage === 'waiting' && !c.done) place(r.status === 200 ? await r.json() : null);
    } catch { /* the network: what was told stands */ }
    await new Promise((again) => setTimeout(again, 3000));
  }
  c.queued = false;
  if (!c.done) place(null);
}

// meter shows the microphone and the length of the call.
function meter(c) {
  c.context = new AudioContext();
  const a = c.context.createAnalyser();
  const wave = new Float32Array(a.fftSize);
  c.context.createMediaStreamSource(c.mic).connect(a);
  const tick = () => {
    if (c.done) return;
    a.getFloatTimeDomainData(wave);
    $('meter').value = Math.min(1, 4 * Math.sqrt(wave.reduce((s, x) => s + x * x, 0) / wave.length));
    const s = Math.floor((Date.now() - c.began) / 1000);
    $('clock').textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
    setTimeout(tick, 100);
  };
  tick();
}

function keypad(on) {
  $('keys').hidden = !on;
  $('pad').setAttribute('aria-expanded', on);
}

function press(k) { call?.sender?.dtmf?.insertDTMF(k, 120, 60); }

$('call').onclick = () => { if (call) finish(call, 'ended'); else dial(); };
$('mute').onclick = () => {
  const track = call.mic.getAudioTracks()[0];
  track.enabled = !track.enabled;
  $('mute').setAttribute('aria-pressed', !track.enabled);
};
$('pad').onclick = () => keypad($('keys').hidden);
for (const k of '123456789*0#') {
  const b = document.createElement('button');
  b.type = 'button';
  b.textContent = k;
  b.onclick = () => press(k);
  $('keys').append(b);
}
addEventListener('keydown', (e) => {
  if (call?.url && e.target !== $('text') && !e.ctrlKey && !e.altKey && !e.metaKey && /^[0-9*#]$/.test(e.key)) press(e.key);
  if (e.key === 'Escape' && framed) parent.postMessage({ hotline: 'close' }, '*');
});
addEventListener('pagehide', () => { if (call) finish(call); });
for (const b of document.querySelectorAll('[data-lang]')) b.onclick = () => { kept.lang = b.dataset.lang; speakIn(b.dataset.lang); };

let session = ''; // of the chat
const post = (turn, more) => fetch('api/v1/chat', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ session, ...turn }), ...more });
async function turn(text) {
  const r = await post(session ? { text, lang } : { text, lang, to });
  if (r.status === 404 && session) { session = ''; await turn(''); await turn(text); return; } // it was over: a new one
  if (!r.ok) throw new Error((await r.json()).message);
  const a = await r.json();
  session = a.ended ? '' : a.session;
  for (const act of a.acts) if (act.type === 'say') caption('bot', act.text, act.language);
  if (a.ended) show('chatended');
  else if (a.acts.some((act) => act.type === 'transfer')) show('handed');
}
addEventListener('pagehide', () => { if (session) post({ end: true }, { keepalive: true }); session = ''; });
$('chat').onsubmit = async (e) => {
  e.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  try {
    if (!session) await turn(''); // the greeting
    caption('you', text, lang);
    await turn(text);
    $('text').value = '';
  } catch { show('chatfailed'); }
};
speakIn(lang);
