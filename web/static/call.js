// A customer's page: a call over WHIP (RFC 9725) with captions, or the same bot in text.
const whip = 'api/v1/whip';
const $ = (id) => document.getElementById(id);
const to = new URLSearchParams(location.search).get('to') || '';

const words = {
  en: { title: 'Call us', recorded: 'Calls are recorded, so that we can answer for what we said.', call: 'Call', hangup: 'Hang up', mute: 'Mute',
    level: 'Your microphone', captions: 'What is said', write: 'Or write to us', send: 'Send', keypad: 'Keypad', you: 'You', bot: 'Hotline', agent: 'Agent',
    asking: 'Please allow the microphone.', connecting: 'Connecting…', connected: 'Connected.', waiting: 'We are looking for a person for you.',
    person: 'A person is on the line.', ended: 'The call has ended.', lost: 'The connection was lost. Please check the network and call again.',
    denied: 'The microphone was refused. Allow it in the address bar and call again, or write to us below.',
    nomic: 'There is no microphone. Connect one and call again, or write to us below.',
    refused: 'We cannot take your call now. Please try again in a moment, or write to us below.',
    chatfailed: 'That was not sent. Please try again.', handed: 'A person can help: please call.', chatended: 'The conversation has ended; writing begins a new one.' },
  zh: { title: '联系我们', recorded: '通话会被录音，以便我们对所说的话负责。', call: '呼叫', hangup: '挂断', mute: '静音',
    level: '您的麦克风', captions: '通话文字', write: '或者给我们写字', send: '发送', keypad: '键盘', you: '您', bot: '热线', agent: '客服',
    asking: '请允许使用麦克风。', connecting: '正在接通…', connected: '已接通。', waiting: '正在为您转接人工。',
    person: '人工客服已接听。', ended: '通话已结束。', lost: '连接中断。请检查网络后重新呼叫。',
    denied: '麦克风被拒绝。请在地址栏允许后重新呼叫，或在下方写字。',
    nomic: '没有找到麦克风。请接上后重新呼叫，或在下方写字。',
    refused: '现在无法接听。请稍后再试，或在下方写字。',
    chatfailed: '没有发送成功，请再试一次。', handed: '人工客服可以帮您：请呼叫。', chatended: '对话已结束；再写会重新开始。' },
};
let lang = localStorage.getItem('lang') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
let state = '';
let call = null; // of now: {pc, mic, url, end}

function show(name) { state = name; $('status').textContent = name && words[lang][name]; }

function speakIn(l) {
  lang = l;
  localStorage.setItem('lang', l);
  document.documentElement.lang = l;
  document.title = words[l].title;
  for (const e of document.querySelectorAll('[data-text]')) e.textContent = words[l][e.dataset.text];
  for (const b of document.querySelectorAll('[data-lang]')) b.setAttribute('aria-pressed', b.dataset.lang === l);
  $('keys').setAttribute('aria-label', words[l].keypad);
  look();
}

// look puts the controls as the call is.
function look() {
  $('call').textContent = words[lang][call ? 'hangup' : 'call'];
  $('call').classList.toggle('on', !!call);
  for (const id of ['mute', 'keys', 'level']) $(id).hidden = !call?.url;
  show(state);
}

function caption(who, text, language) {
  const li = document.createElement('li');
  const b = document.createElement('b');
  b.textContent = `${words[lang][who] || who}: `;
  li.append(b, text);
  if (language) li.lang = language;
  $('captions').append(li);
  li.scrollIntoView({ block: 'nearest' });
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
    const r = await fetch(`${whip}?to=${encodeURIComponent(to)}`, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: pc.localDescription.sdp });
    if (r.status !== 201) { finish(c, 'refused'); return; }
    c.url = r.headers.get('Location');
    c.id = r.headers.get('Hotline-Call');
    if (call !== c) { finish(c); return; }
    await pc.setRemoteDescription({ type: 'answer', sdp: await r.text() });
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'connected' && state === 'connecting') show('connected');
      if (pc.connectionState === 'failed') finish(c, 'lost');
    };
    // Our hangup shows here first; connectionState takes seconds.
    c.sender.transport.onstatechange = () => { if (c.sender.transport.state === 'closed') finish(c, 'ended', true); };
    c.end = follow(c, 0);
    meter(c);
    look();
  } catch {
    finish(c, 'lost');
  }
}

// finish ends the call; the server is told unless it is the server's doing.
function finish(c, why, theirs) {
  if (c.done) return;
  c.done = true;
  c.end();
  for (const t of c.mic?.getTracks() || []) t.stop();
  c.context?.close();
  const close = () => c.pc?.close();
  if (c.url && !theirs) fetch(c.url, { method: 'DELETE', keepalive: true }).then(close, close);
  else close();
  if (call !== c) return;
  call = null;
  $('mute').setAttribute('aria-pressed', false);
  if (why) show(why);
  look();
}

// follow shows the events of the call, and resumes where it was cut off.
function follow(c, since) {
  let stopped = false, socket;
  const open = () => {
    if (stopped) return;
    const url = new URL(`api/v1/calls/${c.id}/events?since=${since}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    socket = new WebSocket(url);
    socket.onmessage = (m) => { const ev = JSON.parse(m.data); since = ev.seq; event(c, ev); };
    socket.onclose = (e) => { if (e.code !== 1000) setTimeout(open, 500); };
  };
  open();
  return () => { stopped = true; socket.close(); };
}

function event(c, ev) {
  const b = ev.body;
  switch (ev.kind) {
    case 'heard': if (b.text) caption(b.who === 'caller' ? 'you' : 'agent', b.text, b.language); break;
    case 'said': if (b.to === 'caller') caption('bot', b.text, b.language); break;
    case 'queued': show('waiting'); break;
    case 'agent.joined': show('person'); break;
    case 'agent.left': show('connected'); break;
    case 'call.ended': finish(c, 'ended', true); break;
  }
}

function meter(c) {
  c.context = new AudioContext();
  const a = c.context.createAnalyser();
  const wave = new Float32Array(a.fftSize);
  c.context.createMediaStreamSource(c.mic).connect(a);
  const tick = () => {
    if (c.done) return;
    a.getFloatTimeDomainData(wave);
    $('meter').value = Math.min(1, 4 * Math.sqrt(wave.reduce((s, x) => s + x * x, 0) / wave.length));
    setTimeout(tick, 100);
  };
  tick();
}

$('call').onclick = () => { if (call) finish(call, 'ended'); else dial(); };
$('mute').onclick = () => {
  const track = call.mic.getAudioTracks()[0];
  track.enabled = !track.enabled;
  $('mute').setAttribute('aria-pressed', !track.enabled);
};
for (const k of '123456789*0#') {
  const b = document.createElement('button');
  b.type = 'button';
  b.textContent = k;
  b.onclick = () => call?.sender.dtmf?.insertDTMF(k, 120, 60);
  $('keys').append(b);
}
addEventListener('keydown', (e) => {
  if (call?.url && e.target === document.body && /^[0-9*#]$/.test(e.key)) call.sender.dtmf?.insertDTMF(e.key, 120, 60);
});
addEventListener('pagehide', () => { if (call) finish(call); });
for (const b of document.querySelectorAll('[data-lang]')) b.onclick = () => speakIn(b.dataset.lang);

let session = '';
async function turn(text) {
  const r = await fetch('api/v1/chat', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ session, text, lang }) });
  if (!r.ok) throw new Error((await r.json()).message);
  const a = await r.json();
  session = a.ended ? '' : a.session;
  for (const act of a.acts) if (act.type === 'say') caption('bot', act.text, act.language);
  if (a.ended) show(a.acts.some((act) => act.type === 'transfer') ? 'handed' : 'chatended');
}
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
