import { Alert, App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { ApiError, errorWords, explain } from '../api';
import { changePassword } from '../api/session';
import type { User } from '../api/types';
import { useT } from '../i18n';
import { passwordWords } from './words';

interface Fields { old: string; next: string; again: string }
const shortest = 10; // characters, as at the server

// Password changes one's own password.
export default function Password({ user, close }: { user: User; close: () => void }) {
  const t = useT(passwordWords), errors = useT(errorWords), { message } = App.useApp();
  const [form] = Form.useForm<Fields>(), [busy, setBusy] = useState(false), [problem, setProblem] = useState('');
  const save = async (f: Fields) => {
    setBusy(true);
    setProblem('');
    try {
      await changePassword(f.old, f.next);
      void message.success(t('changed'));
      close();
    } catch (e) {
      setProblem(e instanceof ApiError && e.status === 403 ? t('wrongOld') : explain(e, errors));
      setBusy(false);
    }
  };
  const needed = { required: true, message: t('needed') };
  return (
    <Modal open title={t('title')} onCancel={close} onOk={form.submit} okText={t('change')} cancelText={t('cancel')} okButtonProps={{ loading: busy, 'data-testid': 'password-save' }} width={420}>
      {problem && <Alert type="error" showIcon role="alert" message={problem} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(f) => void save(f)} data-testid="password-form">
        <input type="text" autoComplete="username" value={user.id} readOnly hidden />
        <Form.Item name="old" label={t('old')} rules={[needed]}><Input.Password autoFocus autoComplete="current-password" /></Form.Item>
        <Form.Item name="next" label={t('next')} rules={[needed, { min: shortest, message: t('short', { n: shortest }) }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="again" label={t('again')} dependencies={['next']} rules={[needed,
          ({ getFieldValue }) => ({ validator: (_, v) => (!v || v === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('differ')))) })]}>
          <Input.Password autoComplete="new-password" onPressEnter={form.submit} />
        </Form.Item>
      </Form>
      <p className="muted">{t('others')}</p>
    </Modal>
  );
}
