import { AudioOutlined, CustomerServiceOutlined, NotificationOutlined, PhoneOutlined, SettingOutlined, SoundOutlined } from '@ant-design/icons';
import { Button, Input, Popconfirm, Popover, Space, Tag, Tooltip } from 'antd';
import { useCallback, useEffect } from 'react';
import { errorWords, post } from '../../api';
import { useT } from '../../i18n';
import type { CallView } from '../../parts';
import { DevicePicker, explainPhone, Levels, phone, phoneWords, usePhone } from '../../softphone';
import { useAct } from '../load';
import { consoleWords } from '../words';
import { callWords } from './words';

export type Mode = 'listen' | 'whisper' | 'barge';
const modes: { mode: Mode; icon: JSX.Element }[] = [
  { mode: 'listen', icon: <CustomerServiceOutlined /> }, { mode: 'whisper', icon: <AudioOutlined /> }, { mode: 'barge', icon: <NotificationOutlined /> }];

// Supervise lets a supervisor into a live call: to listen, to whisper to the
// agent, to talk to both; and to end it. Of a chat there is nothing to hear.
export function Supervise({ view }: { view: CallView }) {
  const t = useT(callWords), words = useT(consoleWords), phones = useT(phoneWords), errors = useT(errorWords);
  const state = usePhone(), { act, busy } = useAct();
  const here = state.leg !== 'idle' && state.call === view.id;
  const levels = useCallback(() => phone().levels(), []);
  useEffect(() => () => { if (phone().get().call === view.id) phone().hangUp(); }, [view.id]);
  const enter = async (mode: Mode) => {
    if (!here) { await phone().join(view.id, mode).catch(() => {}); return; } // its state tells why not
    if (await act(() => post(`calls/${view.id}/supervise`, { mode }))) phone().became(mode);
  };
  return (
    <div className="supervise" role="group" aria-label={t('supervise')} data-testid="supervise" data-leg={here ? state.leg : 'idle'} data-mode={here ? state.mode : ''}>
      {!view.chat && <>
      <Space.Compact>
        {modes.map(({ mode, icon }) => (
          <Tooltip key={mode} title={mode === 'whisper' && view.agents.length === 0 ? t('noAgentYet') : t(`${mode}Why`)}>
            <Button icon={icon} type={here && state.mode === mode ? 'primary' : 'default'} aria-pressed={here && state.mode === mode} disabled={busy || (mode === 'whisper' && view.agents.length === 0)}
              onClick={() => void enter(mode)} data-testid={mode}>{t(mode)}</Button>
          </Tooltip>
        ))}
      </Space.Compact>
      {here && <Button onClick={() => phone().hangUp()} data-testid="leave">{t('leave')}</Button>}
      {here && <><Tag icon={<SoundOutlined />} role="status">{state.leg === 'connected' ? t('youAre', { mode: t(state.mode as Mode) }) : phones(state.leg)}</Tag><Levels read={levels} /></>}
      {!here && <Popover trigger="click" title={t('phoneAddress')} content={<Input.Search aria-label={t('phoneAddress')} placeholder={t('phoneHint')} enterButton={t('ring')} style={{ width: 300 }} onSearch={(to) => { if (to.trim()) void act(() => post(`calls/${view.id}/supervise`, { mode: 'listen', phone: to.trim() }), t('ringing')); }} />}><Button>{t('byPhone')}</Button></Popover>}
      <Popover trigger="click" content={<DevicePicker phone={phone()} />}><Button icon={<SettingOutlined />} aria-label={t('devices')} /></Popover>
      </>}
      <Popconfirm title={t('hangupSure')} okText={t('hangup')} cancelText={words('cancel')} onConfirm={() => void act(() => post(`calls/${view.id}/hangup`, { reason: 'operator' }))}>
        <Button danger icon={<PhoneOutlined rotate={225} />} data-testid="end-call">{t('hangup')}</Button>
      </Popconfirm>
      {!here && state.error !== undefined && <span role="alert" className="problem">{explainPhone(state.error, phones, errors)}</span>}
    </div>
  );
}
