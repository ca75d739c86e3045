import { App, Button, Input, Modal, Space } from 'antd';
import { useT } from '../../i18n';
import { consoleWords } from '../words';
import { adminWords } from './words';

// Secret shows once what is not kept.
export function Secret({ title, why, secret, close }: { title: string; why: string; secret: string; close: () => void }) {
  const t = useT(adminWords), words = useT(consoleWords), { message } = App.useApp();
  const copy = () => void navigator.clipboard.writeText(secret).then(() => message.success(t('copied')), () => {}); // it can be selected, too
  return (
    <Modal open title={title} onCancel={close} footer={<Button onClick={close}>{words('close')}</Button>}>
      <p>{why}</p>
      <Space.Compact block><Input readOnly value={secret} aria-label={title} onFocus={(e) => e.target.select()} data-testid="secret" /><Button type="primary" onClick={copy}>{t('copy')}</Button></Space.Compact>
    </Modal>
  );
}
