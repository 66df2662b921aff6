/** When something is on the glass: it is in the page, and two frames have been drawn since. */
import type { Page } from 'playwright-core';

/** Resolves with the instant, milliseconds since the epoch, on the page's own clock. Ask before causing it. */
export function painted(page: Page, selector: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const selector = ${JSON.stringify(selector)};
    const look = () => {
      if (document.querySelector(selector) === null) return false;
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())));
      return true;
    };
    if (look()) return;
    const watcher = new MutationObserver(() => { if (look()) watcher.disconnect(); });
    watcher.observe(document, { subtree: true, childList: true, attributes: true });
  })`);
}
