/** Files of a cycle. What a receiver has fetched already is gone from here, and the server says so. */
import { useState } from 'react';
import type { FileView } from '../../../gateway/console/contract/views.ts';
import type { ScreenClock } from '../../ui/screen-clock.ts';
import { Chip, Empty, Failed, Sums } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';

const STATEMENTS_SHOWN = 12;
const READ_BY_THEN_MS = 60_000;

export function CycleFiles({ files }: { files: readonly FileView[] }) {
  const words = useWords();
  const { language, clock } = useParts();
  const [isAll, setIsAll] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  if (files.length === 0) return <Empty>{words.settlement.noFiles}</Empty>;
  const shown = isAll ? files : files.slice(-STATEMENTS_SHOWN);
  return (
    <>
      {failed === null ? null : <Failed code={failed} />}
      <div className="scroll-x">
        <table className="grid">
          <thead>
            <tr>
              <th>{words.settlement.file}</th>
              <th>{words.settlement.receiver}</th>
              <th className="num">{words.settlement.written}</th>
              <th className="num">{words.settlement.sum}</th>
              <th className="num">{words.settlement.hash}</th>
              <th className="num">{words.settlement.state}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {shown.map((file) => (
              <tr key={file.fileId}>
                <td>
                  {words.settlement.kinds[file.kind] ?? file.kind}
                  <small className="under">{file.name}</small>
                  {file.schemaChecked === null ? null : (
                    <small className="under">
                      {file.schemaChecked
                        ? words.settlement.schema.checked
                        : words.settlement.schema.unchecked}
                    </small>
                  )}
                </td>
                <td>{file.partyName}</td>
                <td className="num">{moscow(file.at, language)}</td>
                <td className="num">
                  <Sums values={file.totals} />
                </td>
                <td className="num">
                  <code title={file.fileId}>{file.fileId.slice(0, 12)}…</code>
                </td>
                <td className="num">
                  <Chip tone={file.state === 'delivered' ? 'jade' : 'plain'}>
                    {words.settlement.fileStates[file.state] ?? file.state}
                  </Chip>
                </td>
                <td className="num">
                  {file.state === 'delivered' ? (
                    <button
                      type="button"
                      className="link"
                      onClick={() => void download(file, clock).then(setFailed)}
                      data-testid={`download-${file.kind}`}
                    >
                      {words.common.download}
                    </button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === files.length ? null : (
        <button type="button" className="link" onClick={() => setIsAll(true)}>
          {words.common.all} ({files.length})
        </button>
      )}
    </>
  );
}

/** Null when it was handed to the browser; else the code of what stood against it. */
async function download(file: FileView, clock: ScreenClock): Promise<string | null> {
  try {
    const response = await fetch(`/api/files/${file.fileId}`, {
      credentials: 'same-origin',
      cache: 'no-store',
    });
    if (!response.ok) return ((await response.json()) as { readonly code: string }).code;
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = file.name;
    link.click();
    // Browsers read it after the click has returned.
    clock.after(READ_BY_THEN_MS, () => URL.revokeObjectURL(address));
    return null;
  } catch {
    return 'SERVER_UNREACHABLE';
  }
}
