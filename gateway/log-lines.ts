/** Log lines leave the process together, once a turn of the event loop, so that a busy gateway writes seldom. */

export interface LineWriter {
  write(line: string): void;
  /** For the end of the process: what waits goes out now. */
  flush(): void;
}

/** `defer` runs its argument at the end of the present turn; `output` takes whole lines. */
export function lineWriter(defer: (run: () => void) => void, output: (text: string) => void): LineWriter {
  let waiting: string[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const text = `${waiting.join('\n')}\n`;
    waiting = [];
    output(text);
  };
  return {
    write: (line) => {
      if (waiting.length === 0) defer(flush);
      waiting.push(line);
    },
    flush,
  };
}
