/** Elements, codes as SVG, and amounts as people read them. Text is always set as text, never parsed as markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes, `on…` listeners and children (texts or elements; null is left out). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Chinese first, a small second line in Russian. */
export function bilingual(tag, className, chinese, russian) {
  return h(
    tag,
    { class: `bilingual ${className}` },
    h('span', { class: 'zh' }, chinese),
    h('span', { class: 'ru', lang: 'ru' }, russian),
  );
}

/** Widths of bars and spaces by turns, with a quiet zone of ten modules on either side. */
export function barcode(widths, label) {
  const quiet = 10;
  const total = widths.reduce((sum, width) => sum + width, 2 * quiet);
  let x = quiet;
  let path = '';
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) path += `M${x} 0h${width}v1h-${width}z`;
    x += width;
  }
  return drawing(`0 0 ${total} 1`, path, label, 'none');
}

/** Rows of 1 and 0, with a quiet zone of four modules. */
export function qrcode(rows, label) {
  const quiet = 4;
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (const run of row.matchAll(/1+/g)) {
      path += `M${run.index + quiet} ${y + quiet}h${run[0].length}v1h-${run[0].length}z`;
    }
  }
  const size = rows.length + 2 * quiet;
  return drawing(`0 0 ${size} ${size}`, path, label, 'xMidYMid');
}

function drawing(viewBox, path, label, ratio) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', viewBox);
  svg.setAttribute('preserveAspectRatio', ratio);
  svg.setAttribute('shape-rendering', 'crispEdges');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

const ICONS = {
  code: 'M4 5v14M7 5v14M9.5 5v14M12 5v10M14.5 5v14M17 5v10M20 5v14',
  scan: 'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16',
  list: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  home: 'M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 13l5 5L20 7',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 7v5l4 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  erase: 'M9 5h11v14H9l-6-7zM12 9l5 6M17 9l-5 6',
  shop: 'M4 10v10h16V10M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM10 20v-5h4v5',
  swap: 'M4 8h14l-4-4M20 16H6l4 4',
};

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', ICONS[name]);
  svg.append(shape);
  return svg;
}

/** `1500.00` as `1,500.00`. */
export function yuan(text) {
  return grouped(text, ',', '.');
}

/** The shop's own price in the manner of its currency: roubles with thin groups and a decimal comma. */
export function priced(amount, currency) {
  if (currency === 'RUB') return `${grouped(amount, '\u202f', ',')}\u00a0₽`;
  return `${grouped(amount, ',', '.')} ${currency}`;
}

function grouped(text, separator, point) {
  const [whole, fraction] = text.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, separator);
  return fraction === undefined ? groups : `${groups}${point}${fraction}`;
}

/** `11-22 12:07`, Beijing time. */
export function moment(at) {
  const text = new Date(at + 8 * 3_600_000).toISOString();
  return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}
