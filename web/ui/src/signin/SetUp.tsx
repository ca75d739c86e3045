import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError, checkLink, currentUser, errorWords, explain, home, setUp, type User } from '../api';
import { useT } from '../i18n';
import { Frame } from './Frame';
import { signinWords } from './words';

interface Fields { user: string; name: string; password: string; again: string }

// SetUp is the page of a one-time link, /setup#TOKEN: the token stays in the
// fragment, which browsers send to nobody.
export function SetUp() {
  const t = useT(signinWords), errors = useT(errorWords);
  const [token] = useState(() => location.hash.slice(1)), [problem, setProblem] = useState(''), [busy, setBusy] = useState(false);
  const [whose, setWhose] = useState<User | null>();
  useEffect(() => {
    if (token) checkLink(token).then(setWhose, (e) => setProblem(e instanceof ApiError && [401, 403, 404].includes(e.status) ? t('used') : explain(e, errors)));
  }, [token]);
  const submit = async (f: Fields) => {
    setBusy(true);
    setProblem('');
    try {
      await setUp(token, whose?.id ?? f.user.trim(), whose?.name ?? f.name.trim(), f.password);
      const u = await currentUser();
      location.replace(u ? home(u) : '/signin');
    } catch (e) {
      setBusy(false);
      setProblem(e instanceof ApiError && [401, 403, 404].includes(e.status) ? t('used') : explain(e, errors));
    }
  };
  if (!token) return <Frame title={t('setup')}><Alert type="info" showIcon message={t('noToken')} /></Frame>;
  const required = { required: true, message: t('needed') };
  return (
    <Frame title={t('setup')}>
      {problem && <Alert type="error" showIcon message={problem} role="alert" style={{ marginBottom: 16 }} />}
      {whose !== undefined && <p>{whose ? t('setupFor', { name: whose.name || whose.id }) : t('setupFirst')}</p>}
      {whose !== undefined && <Form layout="vertical" onFinish={submit} requiredMark={false} data-testid="setup-form">
        {whose ? <input type="text" autoComplete="username" value={whose.id} readOnly hidden /> : <>
          <Form.Item name="user" label={t('name')} rules={[required]}><Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} /></Form.Item>
          <Form.Item name="name" label={t('yourName')} rules={[required]}><Input autoComplete="name" /></Form.Item>
        </>}
        <Form.Item name="password" label={t('password')} rules={[required, { min: 10, message: t('short') }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="again" label={t('again')} dependencies={['password']} rules={[required,
          ({ getFieldValue }) => ({ validator: (_, v) => (!v || v === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('differ')))) })]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy} data-testid="setup">{t('setPassword')}</Button>
      </Form>}
    </Frame>
  );
}
