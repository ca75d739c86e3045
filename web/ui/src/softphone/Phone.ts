// The softphone of staff: one leg of one call at a time, over WHIP.
//
// It keeps the leg while the network changes: when packets stop or the machine
// comes online again it restarts ICE with a new offer to the same session, and
// when the server knows the session no more it joins the call anew, as long as
// the call lets it. Its state is a value that pages subscribe to.
import { ApiError } from '../api/client';
import { choose, chosen, microphone, type Choice } from './devices';
import { Meter } from './level';
import { gathered, iceServers, leave, patch, post } from './whip';

export type LegState = 'idle' | 'asking' | 'connecting' | 'connected' | 'reconnecting';
export interface PhoneState {
  leg: LegState;
  call: string; // that the leg is in; empty when idle
  mode: string; // "answer", or "listen", "whisper", "barge" of a supervisor
  legID: string;
  muted: boolean;
  error?: unknown; // why the last leg ended that should not have
}

const idle: PhoneState = { leg: 'idle', call: '', mode: '', legID: '', muted: false };
const tries = 8; // of reconnecting, about half a minute
const mutedKey = 'phone.muted'; // the call in which we are, for a page that is loaded anew in it

export class Phone {
  private state: PhoneState = idle;
  private readonly listeners = new Set<() => void>();
  private pc?: RTCPeerConnection;
  private mic?: MediaStream;
  private location = '';
  private query = '';
  private near?: Meter;
  private far?: Meter;
  private restarting = false;
  private round = 0; // of this leg: what is late belongs to another
  private readonly audio = document.createElement('audio');

  constructor() {
    this.audio.id = 'far';
    this.audio.autoplay = true;
    this.audio.hidden = true;
    document.body.append(this.audio);
    addEventListener('online', () => { void this.restart(); });
    (navigator as { connection?: EventTarget }).connection?.addEventListener('change', () => { void this.restart(); });
  }

  readonly subscribe = (f: () => void) => { this.listeners.add(f); return () => { this.listeners.delete(f); }; };
  readonly get = () => this.state;

  // answer takes the call that is offered, or, again, the one that this page was in
  // before; join enters one as a supervisor.
  answer(call: string, again = false) { return this.enter(`answer=${encodeURIComponent(call)}`, call, 'answer', again && sessionStorage.getItem(mutedKey) === call); }
  join(call: string, mode: 'listen' | 'whisper' | 'barge') { return this.enter(`join=${encodeURIComponent(call)}&mode=${mode}`, call, mode); }

  // became tells of a mode that the server changed.
  became(mode: string) { if (this.state.leg !== 'idle') this.set({ mode }); }

  // hangUp leaves the call.
  hangUp() { this.finish(); }

  mute(on: boolean) {
    for (const t of this.mic?.getAudioTracks() ?? []) t.enabled = !on;
    sessionStorage.setItem(mutedKey, on ? this.state.call : '');
    this.set({ muted: on });
  }

  // press sends keys, "0" to "9", "*" and "#", as telephone events.
  press(keys: string) {
    const dtmf = this.pc?.getSenders()[0]?.dtmf;
    dtmf?.insertDTMF(dtmf.toneBuffer + keys, 120, 60);
  }

  // use changes the microphone and the speaker, in mid-call too.
  async use(c: Choice) {
    choose(c);
    await this.speaker();
    const sender = this.pc?.getSenders()[0];
    if (!sender || !this.mic) return;
    const mic = await microphone(c.input), old = this.mic;
    this.mic = mic;
    for (const t of mic.getAudioTracks()) t.enabled = !this.state.muted;
    await sender.replaceTrack(mic.getAudioTracks()[0]!);
    for (const t of old.getTracks()) t.stop();
    this.near?.close();
    this.near = new Meter(mic);
  }

  // levels is how loud we and they are now, 0 to 1.
  levels(): { near: number; far: number } {
    return { near: this.state.muted ? 0 : this.near?.level() ?? 0, far: this.far?.level() ?? 0 };
  }

  private async enter(query: string, call: string, mode: string, muted = false) {
    if (this.state.leg !== 'idle') throw new ApiError(409, 'conflict', 'the phone is in a call');
    const round = ++this.round;
    this.query = query;
    this.set({ ...idle, leg: 'asking', call, mode, muted });
    try {
      const mic = await microphone();
      if (round !== this.round) { for (const t of mic.getTracks()) t.stop(); return; }
      this.mic = mic;
      for (const t of mic.getAudioTracks()) t.enabled = !this.state.muted;
      this.near = new Meter(mic);
      this.set({ leg: 'connecting' });
      await this.connect(round);
    } catch (error) {
      if (round === this.round) this.finish(error);
      throw error;
    }
  }

  // connect makes a new session of this leg.
  private async connect(round: number) {
    const pc = new RTCPeerConnection({ iceServers: await iceServers() });
    if (round !== this.round) { pc.close(); return; }
    this.pc?.close();
    this.pc = pc;
    pc.ontrack = (e) => {
      const stream = e.streams[0] ?? new MediaStream([e.track]);
      this.audio.srcObject = stream;
      void this.speaker();
      this.far?.close();
      this.far = new Meter(stream);
    };
    const sender = pc.addTrack(this.mic!.getAudioTracks()[0]!, this.mic!);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc);
    const joined = await post(this.query, pc.localDescription!.sdp);
    if (round !== this.round) { void leave(joined.location); pc.close(); return; }
    this.location = joined.location;
    this.set({ call: joined.call || this.state.call, legID: joined.leg });
    await pc.setRemoteDescription({ type: 'answer', sdp: joined.answer });
    let fallen: ReturnType<typeof setTimeout> | undefined;
    pc.onconnectionstatechange = () => {
      if (pc !== this.pc) return;
      clearTimeout(fallen);
      switch (pc.connectionState) {
        case 'connected': this.set({ leg: 'connected' }); break;
        case 'disconnected': fallen = setTimeout(() => { void this.restart(); }, 800); break; // it may mend itself
        case 'failed': void this.restart(); break;
      }
    };
    // The server's hangup shows here first; connectionState takes seconds.
    if (sender.transport) sender.transport.onstatechange = () => {
      if (pc === this.pc && sender.transport?.state === 'closed') this.finish(undefined, true);
    };
  }

  // restart finds a new way to the server for the leg that there is.
  private async restart() {
    const round = this.round;
    if (this.restarting || !this.location || this.state.leg === 'idle') return;
    this.restarting = true;
    this.set({ leg: 'reconnecting' });
    try {
      for (let n = 0; n < tries && round === this.round; n++) {
        try {
          if (await this.renew(round)) return;
        } catch (e) {
          if (e instanceof ApiError && e.status !== 0 && e.status < 500) { this.finish(e, true); return; } // the call goes on without us
        }
        await new Promise((r) => setTimeout(r, Math.min(6000, 500 * 2 ** n)));
      }
      if (round === this.round) this.finish(new ApiError(0, 'offline', 'the connection was lost'));
    } finally {
      this.restarting = false;
    }
  }

  // renew restarts ICE, or joins anew where the session is gone; it tells whether
  // the leg stands.
  private async renew(round: number): Promise<boolean> {
    const pc = this.pc;
    if (!pc || round !== this.round) return true;
    if (pc.signalingState === 'have-local-offer') await pc.setLocalDescription({ type: 'rollback' });
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
    await gathered(pc);
    try {
      await pc.setRemoteDescription({ type: 'answer', sdp: await patch(this.location, pc.localDescription!.sdp) });
    } catch (e) {
      if (!(e instanceof ApiError) || (e.status !== 404 && e.status !== 409)) throw e;
      await this.connect(round);
    }
    return this.stands(round);
  }

  private stands(round: number): Promise<boolean> {
    return new Promise((done) => {
      let left = 50;
      const look = () => {
        if (round !== this.round || this.pc?.connectionState === 'connected') {
          if (round === this.round) this.set({ leg: 'connected' });
          done(true);
        } else if (--left === 0) done(false);
        else setTimeout(look, 100);
      };
      look();
    });
  }

  private async speaker() {
    const audio = this.audio as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
    try {
      await audio.setSinkId?.(chosen().output);
    } catch { /* it was unplugged: the system's own plays */ }
  }

  // finish ends the leg; theirs: the server knows.
  private finish(error?: unknown, theirs = false) {
    this.round++;
    const pc = this.pc, location = this.location;
    for (const t of this.mic?.getTracks() ?? []) t.stop();
    this.near?.close();
    this.far?.close();
    this.pc = this.mic = this.near = this.far = undefined;
    this.location = '';
    this.audio.srcObject = null;
    if (location && !theirs) void leave(location).then(() => pc?.close());
    else pc?.close();
    this.set({ ...idle, error });
  }

  private set(change: Partial<PhoneState>) {
    this.state = { ...this.state, ...change };
    for (const f of this.listeners) f();
  }
}
