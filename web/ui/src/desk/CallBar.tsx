import { CheckOutlined, CloseOutlined, MessageOutlined, NumberOutlined, PauseOutlined, PhoneOutlined, RobotOutlined, ScheduleOutlined, SwapOutlined, AudioMutedOutlined, AudioOutlined, CaretRightOutlined } from '@ant-design/icons';
import { Alert, App, Button, Popover, Space, Tag, Tooltip } from 'antd';
import { useState, type ReactNode } from 'react';
import { errorWords, post, type AgentStatus, type CallBack } from '../api';
import { useT } from '../i18n';
import type { CallView } from '../parts/call';
import { emotions } from '../parts/theme';
import { clock } from '../parts/time';
import { useNow } from '../parts/useNow';
import { partWords } from '../parts/words';
import { explainPhone, Levels, phone, phoneWords, usePhone } from '../softphone';
import { caller } from './brief';
import { CallBackDialog, CallBackLine } from './CallBack';
import { Keypad } from './Keypad';
import { keys, useShortcuts, type Action } from './shortcuts';
import { setState } from './TopBar';
import { ToBot } from './ToBot';
import { Transfer } from './Transfer';
import type { Store, View } from './store';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

const readLevels = () => phone().levels();

// CallBar is the head of the call: where it stands, and all that can be done
// with it.
export function CallBar({ store, view, call }: { store: Store; view: View; call: CallView }) {
  const t = useT(deskWords), p = useT(partWords), ph = useT(phoneWords), errors = useT(errorWords);
  const { message } = App.useApp();
  const act = useAct(), leg = usePhone();
  const [dialog, setDialog] = useState<'transfer' | 'consult' | 'bot' | 'callBack'>(), [pad, setPad] = useState(false), [busy, setBusy] = useState('');
  const { stage, me, consulted } = view.desk;
  const order = async (what: string, body: object = {}, done?: string) => {
    setBusy(what);
    await act(() => post(`calls/${call.id}/${what}`, body), done);
    setBusy('');
  };
  const answer = () => { phone().answer(call.id).catch((e) => void message.error(explainPhone(e, ph, errors), 8)); };
  const decline = () => void order('decline', { reason: 'busy' });
  const hangup = () => { if (has || leg.leg === 'idle') void order('hangup'); else phone().hangUp(); }; // the call is not ours to end
  const talking = stage === 'talking', ringing = stage === 'ringing' || stage === 'popped';
  const has = talking && !consulted && (call.agent ?? me?.id) === me?.id, lent = call.phase === 'bot' && has;
  const others = talking && !consulted ? call.agents.filter((a) => a !== me?.id) : []; // who talk with us and the caller
  const name = useNames(talking && (consulted || others.length > 0 || call.consult !== undefined));
  const alone = has && !lent && call.consult === undefined && others.length === 0; // with the caller
  const past = stage === 'wrap' || stage === 'review';
  const backs = useLoad<{ callbacks: CallBack[] | null }>(talking || past ? 'callbacks' : '', call.back?.tries);
  const promised = backs.data?.callbacks?.find((b) => b.call === call.id), canPromise = (has || past) && !promised && call.n > 0;
  const done = (to: 'ready' | 'away') => void (async () => {
    if (me?.state === 'wrap-up' && !(await act(() => (to === 'away' ? setState('away', 'break') : post('agents/me/wrapup', { done: true }))))) return; // never ready between
    store.remember(to);
    store.close();
  })();
  useShortcuts({
    answer: stage === 'ringing' && leg.leg === 'idle' ? answer : undefined,
    decline: ringing ? decline : undefined,
    mute: leg.leg !== 'idle' ? () => phone().mute(!leg.muted) : undefined,
    hold: has ? () => void order('hold', { on: !call.hold && !lent }) : undefined,
    hangup: talking ? hangup : undefined,
    keypad: leg.leg !== 'idle' ? () => setPad((x) => !x) : undefined,
    transfer: alone ? () => setDialog('transfer') : undefined,
    consult: alone ? () => setDialog('consult') : undefined,
    bot: alone ? () => setDialog('bot') : undefined,
    callBack: canPromise ? () => setDialog('callBack') : undefined,
    done: past ? () => done('ready') : undefined,
  });

  const promiseButton = <Do action="callBack" icon={<ScheduleOutlined />} onClick={() => setDialog('callBack')} text={t('callBack')} />;
  const title = stage === 'popped' ? t('incoming') : stage === 'ringing' ? t('ringingNow') : stage === 'wrap' ? t('wrapping') : stage === 'review' ? t('reviewing')
    : lent ? t('withBotNow') : call.hold ? t('onHold') : t('talkingNow');
  const from = caller(call.from), who = call.customer.name || ('word' in from ? t(from.word) : from.number);
  const mood = call.moods[call.moods.length - 1];
  return (
    <section className={`callbar ${stage}`} aria-label={title} data-testid="callbar">
      <div className="whois">
        <div><span className="stage" role="status" data-testid="stage">{title}</span> <Timer view={view} call={call} /></div>
        <h1>{who}{call.customer.segment && <Tag color={emotions.urgent} bordered={false}>{call.customer.segment}</Tag>}
          {mood && mood.name !== 'neutral' && <Tag color={emotions[mood.name]} bordered={false}>{p(mood.name as 'angry')}</Tag>}</h1>
        {call.brief?.reason && <p className="reason" data-testid="reason">{call.brief.reason}</p>}
      </div>
      <Space wrap className="controls" role="toolbar" aria-label={title}>
        {ringing && <>
          <Do action="answer" primary icon={<PhoneOutlined />} onClick={answer} disabled={stage === 'popped'} loading={leg.leg === 'asking' || leg.leg === 'connecting'} text={t('answer')} />
          <Do action="decline" icon={<CloseOutlined />} onClick={decline} loading={busy === 'decline'} text={t('decline')} />
        </>}
        {talking && <>
          {leg.leg === 'idle' && <Do icon={<PhoneOutlined />} primary onClick={answer} text={t('rejoin')} id="rejoin" />}
          {leg.leg !== 'idle' && <>
            <Do action="mute" icon={leg.muted ? <AudioMutedOutlined /> : <AudioOutlined />} on={leg.muted} onClick={() => phone().mute(!leg.muted)} text={leg.muted ? ph('unmute') : ph('mute')} />
            <Popover trigger="click" open={pad} onOpenChange={setPad} afterOpenChange={(open) => { if (open) document.getElementById('keys-sent')?.focus(); }} title={ph('keypad')} content={<Keypad press={(k) => phone().press(k)} />}>
              <span><Do action="keypad" icon={<NumberOutlined />} on={pad} onClick={() => {}} text={t('keypad')} /></span>
            </Popover>
          </>}
          {has && <>
            <Do action="hold" icon={call.hold || lent ? <CaretRightOutlined /> : <PauseOutlined />} on={call.hold} loading={busy === 'hold'} onClick={() => void order('hold', { on: !call.hold && !lent })} text={call.hold || lent ? t('unhold') : t('hold')} />
            {alone && <>
              <Do action="transfer" icon={<SwapOutlined />} onClick={() => setDialog('transfer')} text={t('transfer')} />
              <Do action="consult" icon={<MessageOutlined />} onClick={() => setDialog('consult')} text={t('consult')} />
              <Do action="bot" icon={<RobotOutlined />} onClick={() => setDialog('bot')} text={t('bot')} />
            </>}
          </>}
          {canPromise && promiseButton}
          <Do action="hangup" danger icon={<PhoneOutlined rotate={225} />} loading={busy === 'hangup'} onClick={hangup} text={t('hangup')} />
        </>}
        {stage === 'wrap' && <>
          {me?.state === 'wrap-up' && me.until && <Do icon={null} onClick={() => void act(() => post('agents/me/wrapup', { extend_s: 60 }))} text={t('extend')} id="extend" />}
          {canPromise && promiseButton}
          <Do id="done-away" icon={null} onClick={() => done('away')} text={t('doneAway')} />
          <Do action="done" primary icon={<CheckOutlined />} onClick={() => done('ready')} text={t('done')} />
        </>}
        {stage === 'review' && canPromise && promiseButton}
        {stage === 'review' && <Do action="done" icon={<CloseOutlined />} onClick={() => store.close()} text={t('closeCall')} />}
      </Space>
      {leg.leg !== 'idle' && <div className="phone"><span role="status" data-testid="leg" data-leg={leg.leg}>{ph(leg.leg)}</span><Levels read={readLevels} /></div>}
      {consulted && <Alert className="wholine" type="info" showIcon message={t('consulted', { agent: name(call.agent ?? '') })} />}
      {has && call.consult !== undefined && (
        <Alert className="wholine" type="info" showIcon data-testid="consulting" message={call.consultWith ? t('consultReached', { who: name(call.consultWith) }) : t('consultWaits', { who: name(call.consult) })}
          action={<Space wrap>
            {call.consultWith && <Button size="small" type="primary" onClick={() => void order('consult/complete')}>{t('complete')}</Button>}
            {call.consultWith && <Button size="small" onClick={() => void order('consult/join')}>{t('joinConsult')}</Button>}
            <Button size="small" onClick={() => void order('consult/cancel')}>{t('cancelConsult')}</Button>
          </Space>} />
      )}
      {others.length > 0 && (
        <Alert className="wholine" type="info" showIcon data-testid="three" message={t('threeTalk', { who: others.map(name).join(', ') })}
          action={has && <Space wrap>
            <Button size="small" type="primary" onClick={() => void order('consult/complete')} data-testid="leave-three">{t('leaveThree')}</Button>
            <Button size="small" onClick={() => void order('consult/cancel')} data-testid="let-go">{t('letGo')}</Button>
          </Space>} />
      )}
      {talking && call.callerHolds && <Alert className="wholine" type="info" showIcon message={t('callerHolds')} />}
      {leg.leg === 'idle' && leg.error !== undefined && talking && <Alert className="wholine" type="error" showIcon message={explainPhone(leg.error, ph, errors)} />}
      {(talking || past) && <CallBackLine promised={promised} back={call.back} done={backs.reload} />}
      {(dialog === 'transfer' || dialog === 'consult') && <Transfer call={call} me={me?.id ?? ''} consult={dialog === 'consult'} close={() => setDialog(undefined)} />}
      {dialog === 'callBack' && <CallBackDialog call={call} talking={talking} close={(yes) => { setDialog(undefined); if (yes) backs.reload(); }} />}
      {dialog === 'bot' && <ToBot call={call} close={() => setDialog(undefined)} />}
    </section>
  );
}

// useNames says who an agent is by name; a number stays one.
function useNames(on: boolean): (id: string) => string {
  const { data } = useLoad<{ agents: AgentStatus[] }>(on ? 'agents' : '');
  return (id) => data?.agents.find((a) => a.id === id)?.name ?? id;
}

// Do is one button, with its shortcut where it has one.
function Do({ action, id, icon, text, onClick, primary, danger, on, loading, disabled }: { action?: Exclude<Action, 'help'>; id?: string; icon: ReactNode; text: string; onClick: () => void; primary?: boolean; danger?: boolean; on?: boolean; loading?: boolean; disabled?: boolean }) {
  const button = (
    <Button type={primary ? 'primary' : on ? 'primary' : 'default'} ghost={on && !primary} danger={danger} icon={icon} onClick={onClick} loading={loading} disabled={disabled} aria-pressed={on}
      aria-keyshortcuts={action && `Alt+${keys[action]}`} data-testid={id ?? action}>{text}</Button>
  );
  return action ? <Tooltip title={<kbd>Alt {keys[action]}</kbd>} mouseEnterDelay={0.5}>{button}</Tooltip> : button;
}

function Timer({ view, call }: { view: View; call: CallView }) {
  const t = useT(deskWords);
  const { stage, me } = view.desk;
  const now = useNow(stage !== 'review', 500);
  if (stage === 'review') return <span className="num muted">{clock(call.length)}</span>;
  if (stage === 'wrap') {
    if (me?.state !== 'wrap-up') return null;
    if (!me.until) return <span className="muted">{t('wrapNoLimit')}</span>;
    const left = Date.parse(me.until) - now;
    return <b className={`num ${left < 15000 ? 'late' : ''}`} data-testid="wrap-left">{left > 0 ? t('wrapLeft', { time: clock(left + 999) }) : t('wrapOver')}</b>;
  }
  if (me?.state === 'offered' && me.until) return <span className="num muted">{clock(Math.max(0, Date.parse(me.until) - now) + 999)}</span>;
  return me?.state === 'talking' ? <span className="num muted">{clock(now - Date.parse(me.since))}</span> : null;
}
