/** A virtual card's face, drawn: its scheme in plain letters, chip, waves or stripe as it has them. */

const SCHEMES = { mir: 'Mir', unionpay: 'UnionPay', other: 'Card' };
const SVG = 'http://www.w3.org/2000/svg';

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function drawing(viewBox, className, ...paths) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', viewBox);
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

const chip = () =>
  drawing(
    '0 0 40 30',
    'chip',
    'M6 1h28a5 5 0 0 1 5 5v18a5 5 0 0 1-5 5H6a5 5 0 0 1-5-5V6a5 5 0 0 1 5-5z',
    'M1 11h13v9H1M39 11H26v9h13M14 1v28M26 1v28',
  );
const waves = () =>
  drawing('0 0 24 24', 'waves', 'M7 9a5 5 0 0 1 0 6M11 6.5a9 9 0 0 1 0 11M15 4a13 13 0 0 1 0 16');

/** `small` for the one that stands in the slot. */
export function cardFace(card, small = false) {
  const has = (name) => card.interfaces.includes(name);
  const face = element('span', { className: `face scheme-${card.scheme}${small ? ' small' : ''}` });
  const top = element(
    'span',
    { className: 'face-top' },
    element('span', { className: 'scheme', textContent: SCHEMES[card.scheme] }),
  );
  if (has('contactless')) top.append(waves());
  const middle = element('span', { className: 'face-middle' });
  if (has('chip')) middle.append(chip());
  if (!has('chip') && has('magstripe')) face.classList.add('striped');
  face.append(
    top,
    middle,
    element('span', {
      className: 'face-number',
      textContent: card.number.replaceAll('*', '•').replace(/(.{4})(?=.)/g, '$1 '),
    }),
    element(
      'span',
      { className: 'face-bottom' },
      element('span', { className: 'holder', textContent: card.holder }),
      element('span', { textContent: card.expires }),
    ),
  );
  return face;
}
