import { Alert, App, Button, Form, Input, Modal, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { del, errorWords, explain, post, type CallBack, type QueueStatus } from '../api';
import { useLanguage, useT } from '../i18n';
import type { Back, CallView } from '../parts/call';
import { toCallBack } from './brief';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

// CallBackDialog promises the customer of a call that they are called.
export function CallBackDialog({ call, talking, close }: { call: CallView; talking: boolean; close: (promised: boolean) => void }) {
  const t = useT(deskWords), errors = useT(errorWords), { message } = App.useApp();
  const { data } = useLoad<{ queues: QueueStatus[] }>('queues');
  const [number, setNumber] = useState(() => toCallBack(call)), [skill, setSkill] = useState(call.skill), [busy, setBusy] = useState(false), [problem, setProblem] = useState<unknown>();
  const skills = [...new Set([...(data?.queues ?? []).map((q) => q.skill), call.skill])].filter(Boolean).sort();
  const fits = !!number.trim() && !!skill;
  const go = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await post('callbacks', { call: call.id, number: number.trim(), skill });
      void message.success(t('promised'));
      close(true);
    } catch (e) {
      setProblem(e);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t('callBackTitle')} onCancel={() => close(false)} onOk={() => void go()} okText={t('promise')} cancelText={t('cancel')} okButtonProps={{ disabled: !fits, loading: busy, 'data-testid': 'callback-go' }} width={460}>
      <p className="muted">{t('callBackIntro')}</p>
      {talking && <Alert type="warning" showIcon message={t('callBackNow')} style={{ marginBottom: 12 }} />}
      {problem !== undefined && <Alert type="error" showIcon role="alert" message={explain(problem, errors)} style={{ marginBottom: 12 }} />}
      <Form layout="vertical">
        <Form.Item label={t('customerNumber')} htmlFor="callback-number"><Input id="callback-number" type="tel" autoFocus maxLength={128} value={number} onChange={(e) => setNumber(e.target.value)} onPressEnter={() => { if (fits) void go(); }} /></Form.Item>
        <Form.Item label={t('whichQueue')} htmlFor="callback-skill"><Select id="callback-skill" showSearch value={skill || undefined} placeholder={t('choose')} onChange={setSkill} loading={!data} options={skills.map((value) => ({ value, label: value }))} /></Form.Item>
      </Form>
    </Modal>
  );
}

// Forget takes a promise back, once the agent is sure.
export function Forget({ of, done }: { of: CallBack; done: () => void }) {
  const t = useT(deskWords), act = useAct();
  const forget = async () => {
    await act(() => del(`callbacks/${encodeURIComponent(of.call)}`), t('forgotten'));
    done(); // one that is gone already is not to be shown either
  };
  return (
    <Popconfirm title={t('forgetSure', { number: of.number })} okText={t('forget')} cancelText={t('cancel')} okButtonProps={{ danger: true, 'data-testid': 'forget-sure' }} onConfirm={forget}>
      <Button size="small" aria-label={`${t('forget')}: ${of.number}`} data-testid="forget">{t('forget')}</Button>
    </Popconfirm>
  );
}

// CallBackLine says whether the customer of the call will be called, or was.
export function CallBackLine({ promised, back, done }: { promised?: CallBack; back?: Back; done: () => void }) {
  const t = useT(deskWords), l = useLanguage();
  if (promised) {
    const time = new Date(promised.since).toLocaleTimeString(l === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit' });
    return <Alert className="wholine" type="info" showIcon data-testid="promised" message={t('willBeCalled', { number: promised.number, time })} action={<Forget of={promised} done={done} />} />;
  }
  if (!back) return null;
  const text = back.reached ? t('backReached') : back.tries === 0 ? t('backAsked') : t(back.last ? 'backGivenUp' : 'backAgain', { n: back.tries });
  return <Alert className="wholine" type={back.last && !back.reached ? 'warning' : 'info'} showIcon data-testid="called-back" message={text} />;
}
