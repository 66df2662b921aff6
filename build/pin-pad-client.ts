/** The customer's hands at the PIN pad: cards out of its drawer and keys, over the address of its page. */

/** How a card is shown to the device. */
export type Gesture = 'insert' | 'tap' | 'swipe';

interface PadState {
  readonly face: { readonly prompt: { readonly kind: string } };
  readonly inSlot: string | null;
}

const LOOK_EVERY_MS = 40;

export class PinPadClient {
  private readonly page: string;

  /** `page` as the counter announced it. */
  constructor(page: string) {
    this.page = page;
  }

  async state(): Promise<PadState> {
    return (await (await fetch(new URL('state', this.page))).json()) as PadState;
  }

  /** Resolves once the device asks for that. */
  async asks(prompt: string, withinMs = 30_000): Promise<void> {
    const end = Date.now() + withinMs;
    for (;;) {
      const { kind } = (await this.state()).face.prompt;
      if (kind === prompt) return;
      if (Date.now() > end) throw new Error(`The PIN pad never asked for ${prompt}; it shows ${kind}.`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Once the device asks for a card. */
  async present(gesture: Gesture, card: string): Promise<void> {
    await this.asks('present_card');
    await this.act(gesture, { card });
  }

  /** Once the device asks for it. */
  async enterPin(digits: string): Promise<void> {
    await this.asks('enter_pin');
    await this.act('pin', { digits });
  }

  /** Takes a card that is still in the slot. */
  async takeCard(): Promise<void> {
    if ((await this.state()).inSlot !== null) await this.act('remove', {});
  }

  private async act(path: string, body: object): Promise<void> {
    const answer = await fetch(new URL(path, this.page), { method: 'POST', body: JSON.stringify(body) });
    const { ok } = (await answer.json()) as { ok?: boolean };
    if (!answer.ok || ok !== true) throw new Error(`The PIN pad did not take ${path}.`);
  }
}
