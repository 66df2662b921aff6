/** A slip with its signature line and a pen. */
export function SlipPicture() {
  return (
    <svg className="slip-picture" viewBox="0 0 280 260" aria-hidden="true">
      <path className="slip-paper" d="M78 16h124v214l-12-8-13 8-12-8-13 8-12-8-13 8-12-8-13 8-12-8-12 8z" />
      <path className="slip-lines" d="M98 44h84M98 60h60M98 76h84M98 100h40" />
      <path className="slip-line" d="M98 178h84" />
      <path className="slip-sign" d="M102 170c12-34 22-32 18-8s14 2 20-8 8 16 20 6 10-4 14-4" />
      <path className="slip-pen" d="M176 154l44-62 14 10-44 62-18 6z" />
    </svg>
  );
}
