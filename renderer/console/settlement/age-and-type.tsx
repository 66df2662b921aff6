/** Open exceptions by how long they stand and by what they are: the oldest first. */
import type { ExceptionView } from '../../../gateway/console/contract/views.ts';
import { Card } from '../blocks.tsx';
import { useWords } from '../parts.tsx';

const BUCKETS = ['0-1', '2-3', '4-7', '8-30', '30+'] as const;

export function AgeAndType({ open }: { open: readonly ExceptionView[] }) {
  const words = useWords();
  const types = [...new Set(open.map(({ type }) => type))];
  const count = (type: string, age: string) =>
    open.filter((one) => one.type === type && one.age === age).length;
  return (
    <Card title={words.reconciliation.byType}>
      <table className="rows ages">
        <thead>
          <tr>
            <th>{words.reconciliation.buckets}</th>
            {BUCKETS.map((bucket) => (
              <th key={bucket} className="num">
                {bucket.replace('-', '–')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type}>
              <th>{words.reconciliation.types[type] ?? type}</th>
              {BUCKETS.map((bucket, index) => {
                const found = count(type, bucket);
                return (
                  <td key={bucket} className={found === 0 ? 'num faint' : `num age-${index}`}>
                    {found === 0 ? '·' : found}
                  </td>
                );
              })}
            </tr>
          ))}
          {types.length === 0 ? (
            <tr>
              <td colSpan={BUCKETS.length + 1} className="faint">
                {words.reconciliation.nothingOpen}
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </Card>
  );
}
