/** Checks that run inside the page, as source text: this project's tests are typed for Node and know no DOM.
 *  Each gives a list of sentences about what is wrong; none when all is well. */

/** Nothing sticks out of the page or of its own key, and no amount is cut. */
export const LAYOUT_FAULTS = `(() => {
  const faults = [];
  const shown = (e) => e.checkVisibility({ checkOpacity: true, contentVisibilityAuto: true }) && e.getClientRects().length > 0;
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  for (const e of document.querySelectorAll('button, .card, .dialog-box, .bar > *, .number')) {
    if (!shown(e) || e.closest('.quick-tabs') !== null) continue;
    const box = e.getBoundingClientRect();
    const name = e.dataset.testid ?? e.className;
    if (box.right > innerWidth + 0.5 || box.left < -0.5) faults.push(name + ' leaves the page: ' + e.textContent);
    if (e.tagName === 'BUTTON' && e.scrollWidth > e.clientWidth + 1) faults.push(name + ' overflows: ' + e.textContent);
    const holder = e.closest('button, dd, .total, .card, .goods, .today-total, .step');
    if (e.classList.contains('number') && holder !== null && holder !== e) {
      const room = holder.getBoundingClientRect();
      if (box.right > room.right + 1 || box.left < room.left - 1) faults.push('cut amount: ' + e.textContent);
    }
  }
  const page = document.querySelector('.page');
  if (page !== null && page.scrollHeight > page.clientHeight + 1) {
    faults.push('the card is higher than the page by ' + (page.scrollHeight - page.clientHeight));
  }
  return faults;
})()`;

/** Everything one presses is at least 48 px both ways, and the keys that move money 64 px high. */
export const TARGET_FAULTS = `(() => {
  const faults = [];
  for (const e of document.querySelectorAll('button, input')) {
    if (!e.checkVisibility({ contentVisibilityAuto: true })) continue;
    const box = (e.closest('.search-field') ?? e).getBoundingClientRect();
    const name = e.dataset.testid ?? e.className;
    if (box.width < 47.5 || box.height < 47.5) faults.push(name + ' is ' + box.width + ' x ' + box.height);
    if (e.classList.contains('size-pay') && box.height < 63.5) faults.push(name + ' is only ' + box.height + ' high');
  }
  return faults;
})()`;

/** Every text stands out from what is painted behind it by 4.5 to 1; keys at rest are left out. */
export const CONTRAST_FAULTS = `(() => {
  const faults = new Set();
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const behind = (e) => {
    const layers = [];
    for (let at = e; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if (colour.a === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (texts.currentNode.textContent.trim() === '' || e.closest('svg, :disabled, .visually-hidden') !== null) continue;
    if (!e.checkVisibility({ contentVisibilityAuto: true })) continue;
    const under = behind(e);
    const [a, b] = [light(over(parse(getComputedStyle(e).color), under)), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.add((e.className || e.tagName) + ' ' + ratio.toFixed(2) + ': ' + e.textContent.slice(0, 30));
  }
  return [...faults];
})()`;
