/** What came out of the counter's printer, as its simulator shows it over HTTP. */

export interface Paper {
  readonly number: number;
  readonly qr: readonly string[];
  readonly drawerKicks: readonly unknown[];
  readonly errors: readonly unknown[];
}

const LOOK_EVERY_MS = 40;

export class PaperTray {
  private readonly base: string;

  /** `address` is the one that the counter announced as `paper`. */
  constructor(address: string) {
    this.base = address;
  }

  async newest(): Promise<Paper | null> {
    const state = (await (await fetch(`${this.base}state`)).json()) as { receipts: readonly Paper[] };
    return state.receipts[0] ?? null;
  }

  /** How many papers have come out so far. */
  async count(): Promise<number> {
    return (await this.newest())?.number ?? 0;
  }

  /** The first paper with a number above `number`, once it is whole. */
  async after(number: number, withinMs = 15_000): Promise<Paper> {
    const endsAt = Date.now() + withinMs;
    for (;;) {
      const state = (await (await fetch(`${this.base}state`)).json()) as { receipts: readonly Paper[] };
      const found = state.receipts.findLast((paper) => paper.number > number);
      if (found !== undefined) return found;
      if (Date.now() > endsAt)
        throw new Error(`Nothing was printed after paper ${number} within ${withinMs} ms.`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async text(paper: Paper): Promise<string> {
    return await (await fetch(`${this.base}receipts/${paper.number}.txt`)).text();
  }

  async picture(paper: Paper): Promise<Buffer> {
    return Buffer.from(await (await fetch(`${this.base}receipts/${paper.number}.png`)).arrayBuffer());
  }

  /** A read of the serial scanner, out of its pseudo-terminal. */
  async scan(text: string): Promise<void> {
    const reply = await fetch(`${this.base}scan`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    if (!reply.ok) throw new Error(`The counter answered ${reply.status} to a scan.`);
  }
}
