import { Alert, Button, Empty, Table } from 'antd';
import { useEffect, useState } from 'react';
import { errorWords, explain, get, query } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { auditWords, done as said } from './audit';
import { adminWords } from './words';

interface Entry { id: number; at: string; who: string; what: string; about?: string; from?: string; detail?: string }
const page = 100;

// Audit is who signed in and who changed who may do what.
export default function Audit() {
  const t = useT(adminWords), errors = useT(errorWords), audit = useT(auditWords), l = useLanguage();
  const [entries, set] = useState<Entry[]>(), [done, setDone] = useState(false), [problem, setProblem] = useState<unknown>();
  const load = (before?: number) => get<{ entries: Entry[] | null }>(`audit${query({ before, limit: page })}`).then(({ entries: list }) => {
    setDone((list ?? []).length < page);
    setProblem(undefined);
    set((old) => (before ? [...(old ?? []), ...(list ?? [])] : list ?? []));
  }, setProblem);
  useEffect(() => { void load(); }, []);
  return (
    <>
      <div className="page-head"><h1>{t('audit')}</h1></div>
      {problem !== undefined && <Alert type="warning" showIcon message={explain(problem, errors)} />}
      <div className="panel scroll">
        <Table<Entry> size="small" rowKey="id" loading={!entries && problem === undefined} pagination={false} scroll={{ x: 'max-content' }} dataSource={entries ?? []} locale={{ emptyText: <Empty description={t('noAudit')} /> }} data-testid="audit" columns={[
          { title: t('when'), render: (_, e) => <span className="num">{new Date(e.at).toLocaleString(l)}</span> }, { title: t('who'), dataIndex: 'who' }, { title: t('what'), render: (_, e) => <span data-what={e.what}>{said(e.what, audit)}</span> },
          { title: t('about'), dataIndex: 'about' }, { title: t('address'), dataIndex: 'from' }, { title: t('detail'), dataIndex: 'detail' }]} />
        {entries && entries.length > 0 && (done ? <p className="muted">{t('end')}</p> : <Button style={{ marginTop: 8 }} onClick={() => void load(entries[entries.length - 1]!.id)}>{t('more')}</Button>)}
      </div>
    </>
  );
}
