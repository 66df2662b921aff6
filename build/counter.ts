/** A whole counter with its screens open: the estate as real processes, the cashier's and the customer's page in Chromium,
 *  the customer's phone, the scanner and the printer. What the hands of a cashier do has a name here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ScreenName } from '../electron/contract/view.ts';
import {
  CASHIER_SCREEN,
  CUSTOMER_SCREEN,
  openBrowser,
  openPage,
  PHONE_SCREEN,
  type Screen,
} from './browser.ts';
import { Estate, freePorts, scannerPath } from './estate.ts';
import { BUYER, CASHIER, type EstateTerms, SUPERVISOR } from './estate-config.ts';
import type { LineTap } from './line-tap.ts';
import { PaperTray } from './paper-tray.ts';
import { WalletClient } from './wallet-client.ts';
import { byHand, WedgeScanner } from './wedge-keys.ts';

export interface CounterTerms extends Omit<EstateTerms, 'ports' | 'serialScanner' | 'gatewayVia'> {
  /** Between the terminal and the gateway. */
  readonly line?: LineTap;
}

export class Counter {
  readonly estate: Estate;
  readonly browser: Browser;
  readonly wallet: WalletClient;
  readonly paper: PaperTray;
  private readonly directory: string;
  private openCashier: Page | null = null;
  private openCustomer: Page | null = null;
  private scanner: WedgeScanner | null = null;

  private constructor(directory: string, estate: Estate, browser: Browser) {
    this.directory = directory;
    this.estate = estate;
    this.browser = browser;
    this.wallet = new WalletClient(estate);
    this.paper = new PaperTray(estate.address('counter', 'paper'));
  }

  static async open({ line, ...terms }: CounterTerms = {}): Promise<Counter> {
    const directory = mkdtempSync(join(tmpdir(), 'amur-counter-'));
    const scanner = scannerPath(directory);
    const ports = await freePorts();
    line?.leadTo(ports.gateway);
    const estate = await Estate.prepare(directory, {
      ...terms,
      ports,
      ...(line === undefined ? {} : { gatewayVia: line.port }),
      ...(scanner === undefined ? {} : { serialScanner: scanner }),
    });
    try {
      await estate.startAll();
      const counter = new Counter(directory, estate, await openBrowser());
      await counter.openScreens();
      return counter;
    } catch (error) {
      await estate.stopAll();
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.estate.stopAll();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get cashier(): Page {
    return opened(this.openCashier);
  }

  get customer(): Page {
    return opened(this.openCustomer);
  }

  get wedge(): WedgeScanner {
    return opened(this.scanner);
  }

  /** Opens both screens; a terminal that was started anew has new tokens, so its pages are opened anew too. */
  async openScreens(cashier: Screen = CASHIER_SCREEN): Promise<void> {
    await Promise.all([this.openCashier?.context().close(), this.openCustomer?.context().close()]);
    const { estate, browser } = this;
    this.openCashier = await openPage(browser, estate.address('terminal', 'cashier'), cashier);
    this.openCustomer = await openPage(browser, estate.address('terminal', 'customer'), CUSTOMER_SCREEN);
    this.scanner = await WedgeScanner.plugInto(this.openCashier);
  }

  /** The wallet on a customer's phone, unlocked. */
  async openPhone(buyer: { readonly buyerId: string } = BUYER): Promise<Page> {
    const page = await openPage(
      this.browser,
      `${this.estate.address('alipay', 'phone')}#${buyer.buyerId}`,
      PHONE_SCREEN,
    );
    await page.getByTestId('action-scan').waitFor();
    return page;
  }

  /** Resolves once the cashier sees that screen. */
  async sees(screen: ScreenName, withinMs = 10_000): Promise<void> {
    await this.cashier.getByTestId(`screen-${screen}`).waitFor({ timeout: withinMs });
  }

  /** By keyboard alone: Tab to the person, Enter, PIN, Enter. */
  async signIn(person: { readonly staffId: string; readonly pin: string } = CASHIER): Promise<void> {
    await this.sees('sign_in');
    await this.cashier
      .getByTestId('lamp-gateway')
      .and(this.cashier.locator('[data-health="well"]'))
      .waitFor();
    await this.cashier.getByTestId(`staff-${person.staffId}`).focus();
    await this.cashier.keyboard.press('Enter');
    await this.cashier.keyboard.type(person.pin);
    await this.cashier.keyboard.press('Enter');
    await this.sees('sale');
  }

  /** Scans goods by wedge, each once its predecessor is on the screen. */
  async ringUp(...barcodes: readonly string[]): Promise<void> {
    for (const barcode of barcodes) {
      await this.wedge.scan(barcode);
      await this.cashier.locator('.line.selected', { hasText: barcode }).waitFor();
    }
  }

  /** From the goods to the QR on the customer's display, by F10 twice. */
  async showQr(): Promise<void> {
    await byHand();
    await this.cashier.keyboard.press('F10');
    await this.sees('wallet');
    await this.cashier.keyboard.press('F10');
    await this.customer.getByTestId('qr').waitFor();
  }

  /** From the goods to the request, by F10 and a scan of the code on the customer's phone. */
  async payByCode(buyer: { readonly buyerId: string } = BUYER): Promise<void> {
    await byHand();
    await this.cashier.keyboard.press('F10');
    await this.sees('wallet');
    await this.wedge.scan(await this.wallet.paymentCode(buyer.buyerId));
  }

  /** A supervisor's name, reason and PIN in the dialog that is open. */
  async approve(): Promise<void> {
    await this.cashier.getByTestId(`supervisor-${SUPERVISOR.staffId}`).click();
    await this.cashier.getByTestId('supervisor-pin').fill(SUPERVISOR.pin);
  }

  /** From a final screen on to the next sale, once its paper is out. */
  async next(): Promise<void> {
    await this.cashier.locator('[data-testid="print"][data-state="printed"]').waitFor();
    await this.pressOn();
    await this.sees('sale');
  }

  /** Enter on a screen whose way on is no longer deaf to a double press. */
  async pressOn(): Promise<void> {
    await this.cashier.locator('main:not(:has(button[aria-disabled]))').waitFor();
    await this.cashier.keyboard.press('Enter');
  }
}

function opened<T>(part: T | null): T {
  if (part === null) throw new Error('The screens of this counter are not open.');
  return part;
}
