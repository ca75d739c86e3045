import { AudioOutlined, DownOutlined, QuestionCircleOutlined, UserOutlined } from '@ant-design/icons';
import { Badge, Button, Dropdown, Modal, Popover, Tooltip } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { post, type AgentState, type AgentStatus } from '../api';
import icon from '../icon.svg';
import { useT } from '../i18n';
import { LanguageSwitch } from '../parts/Shell';
import { leave } from '../parts/SignedIn';
import { clock } from '../parts/time';
import { useNow } from '../parts/useNow';
import { partWords, passwordWords } from '../parts/words';
import { DevicePicker, phone, phoneWords } from '../softphone';
import { keys, useShortcuts } from './shortcuts';
import type { Store, View } from './store';
import { useAct } from './useAct';
import { deskWords } from './words';

const Password = lazy(() => import('../parts/Password'));

export const awayReasons = ['break', 'lunch', 'training', 'meeting', 'paperwork', 'technical'] as const;
const colors: Record<AgentState, string> = { ready: '#2e7031', offered: '#95590a', talking: '#0b6b6b', 'wrap-up': '#6b4fa0', away: '#b3500b', offline: '#5c6666' };
const word = { ready: 'ready', offered: 'offered', talking: 'talking', 'wrap-up': 'wrapUp', away: 'away', offline: 'offline' } as const;

// setState asks the server for a state of one's own.
export const setState = (state: 'ready' | 'away', reason?: string) => post('agents/me/state', { state, ...(reason ? { reason } : {}) });

export function TopBar({ store, view }: { store: Store; view: View }) {
  const t = useT(deskWords), p = useT(partWords), ph = useT(phoneWords), act = useAct();
  const pw = useT(passwordWords);
  const [help, setHelp] = useState(false), [password, setPassword] = useState(false);
  const me = view.desk.me;
  const change = (state: 'ready' | 'away', reason?: string) => {
    store.remember(state);
    void act(() => setState(state, reason));
  };
  useShortcuts({ ready: () => change('ready'), away: () => change('away', 'break'), help: () => setHelp(true) });
  return (
    <header className="topbar">
      <a className="skip" href="#content">{p('skip')}</a>
      <img src={icon} width={28} height={28} alt="hotline" />
      <StateMenu me={me} change={change} />
      {me && <StateLine me={me} />}
      <span className="grow" />
      <Link link={view.link} />
      <Popover trigger="click" placement="bottom" title={ph('devices')} content={<DevicePicker phone={phone()} />}>
        <Button type="text" icon={<AudioOutlined />} aria-label={ph('devices')} data-testid="devices" />
      </Popover>
      <Tooltip title={t('shortcutsHint')}><Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('shortcuts')} onClick={() => setHelp(true)} /></Tooltip>
      <LanguageSwitch />
      <Dropdown trigger={['click']} menu={{ items: [
        { key: 'name', label: store.user.name, disabled: true },
        ...(store.user.role === 'agent' ? [] : [{ key: 'console', label: <a href="/console">{t('toConsole')}</a> }]),
        { key: 'password', label: pw('title'), onClick: () => setPassword(true) },
        { key: 'out', label: p('signOut'), onClick: () => void leave() },
      ] }}>
        <Button type="text" icon={<UserOutlined />} aria-label={t('account')} data-testid="account" />
      </Dropdown>
      {password && <Suspense fallback={null}><Password user={store.user} close={() => setPassword(false)} /></Suspense>}
      <Help open={help} close={() => setHelp(false)} />
    </header>
  );
}

function StateMenu({ me, change }: { me?: AgentStatus; change: (s: 'ready' | 'away', reason?: string) => void }) {
  const t = useT(deskWords), p = useT(partWords);
  const state = me?.state ?? 'offline';
  const items = [
    { key: 'ready', label: t('goReady'), icon: <Badge color={colors.ready} />, onClick: () => change('ready') },
    { type: 'divider' as const },
    ...awayReasons.map((r) => ({ key: r, label: `${t('goAway')}: ${t(`reason_${r}`)}`, icon: <Badge color={colors.away} />, onClick: () => change('away', r) })),
  ];
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }} disabled={!me}>
        <Button aria-label={`${t('state')}: ${p(word[state])}`} data-testid="state" data-state={state}>
          <Badge color={colors[state]} text={p(word[state])} /> <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {(state === 'away' || state === 'offline') && <Button type="primary" onClick={() => change('ready')} disabled={!me} data-testid="ready">{t('goReady')}</Button>}
    </>
  );
}

function StateLine({ me }: { me: AgentStatus }) {
  const t = useT(deskWords), p = useT(partWords);
  const now = useNow();
  const why = me.state === 'away' && me.away ? (`reason_${me.away}` in deskWords.en ? t(`reason_${me.away}` as 'reason_break') : me.away) : '';
  return (
    <span className="stateline muted num">
      {[why, t('since', { time: clock(now - Date.parse(me.since)) }), me.next && t('then', { state: p(word[me.next]) }), me.hot ? t('hotCalls', { n: me.hot }) : ''].filter(Boolean).join(' · ')}
    </span>
  );
}

function Link({ link }: { link: View['link'] }) {
  const p = useT(partWords);
  const text = { live: p('live'), connecting: p('connecting'), waiting: p('reconnecting'), closed: p('closed') }[link];
  return <span className="link" role="status" data-testid="link" data-link={link}><Badge status={link === 'live' ? 'success' : 'warning'} /> <span>{text}</span></span>;
}

function Help({ open, close }: { open: boolean; close: () => void }) {
  const t = useT(deskWords);
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('shortcuts')} width={420}>
      <dl className="shortcuts">
        {Object.entries(keys).map(([a, k]) => <div key={a}><dt><kbd>Alt</kbd> <kbd>{k}</kbd></dt><dd>{t(`k_${a}` as 'k_answer')}</dd></div>)}
        <div><dt><kbd>?</kbd></dt><dd>{t('k_help')}</dd></div>
      </dl>
    </Modal>
  );
}
