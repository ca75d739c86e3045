import { Empty } from 'antd';
import { useT } from '../../i18n';
import { Shown, useLoad } from '../load';
import { path } from './types';
import { knowledgeWords } from './words';

// Diff shows how two versions differ; without from it is what is live, without to
// the newest.
export function Diff({ id, from, to }: { id: string; from?: number; to?: number }) {
  const t = useT(knowledgeWords);
  const diff = useLoad<{ diff: string }>(`${path(id)}/diff?from=${from ?? 0}&to=${to ?? 0}`);
  return <Shown of={diff}>{(d) => {
    const lines = d.diff.split('\n').filter((l) => l !== '' && !l.startsWith('--- ') && !l.startsWith('+++ '));
    if (lines.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('noChanges')} />;
    return (
      <pre className="diff" tabIndex={0} aria-label={t('changes')} data-testid="diff">
        {lines.map((l, i) => { // + and - stay: colour alone says nothing to some
          const kind = l[0] === '+' ? 'ins' : l[0] === '-' ? 'del' : l[0] === '@' ? 'at' : '';
          return kind === 'ins' ? <ins key={i}>{l}{'\n'}</ins> : kind === 'del' ? <del key={i}>{l}{'\n'}</del> : <span key={i} className={kind}>{kind === 'at' ? '⋯' : l}{'\n'}</span>;
        })}
      </pre>
    );
  }}</Shown>;
}
