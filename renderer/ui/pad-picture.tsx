/** What the customer does at the PIN pad now, drawn: tap, insert, swipe, type, wait, take the card. */
export type PadScene =
  | 'calm'
  | 'present'
  | 'tap'
  | 'insert'
  | 'swipe'
  | 'pin'
  | 'work'
  | 'wait'
  | 'remove'
  | 'message';

/** A PIN of four shows four places; a longer one gets its own as it grows. */
const PIN_PLACES = 4;

export function PadPicture({ scene, digits = 0 }: { scene: PadScene; digits?: number }) {
  const cardBelow = scene === 'insert' || scene === 'remove' || scene === 'pin' || scene === 'work';
  return (
    <svg className={`pad-picture ${scene}`} viewBox={`0 ${cardBelow ? 0 : -26} 280 260`} aria-hidden="true">
      {cardBelow ? <ChipCard scene={scene} /> : null}
      <rect className="pad-body" x="88" y="16" width="104" height="176" rx="18" />
      <rect className="pad-face" x="100" y="28" width="80" height="54" rx="8" />
      <PadFace scene={scene} digits={digits} />
      <Keypad lit={scene === 'pin'} />
      {scene === 'present' || scene === 'tap' ? <Tapping /> : null}
      {scene === 'swipe' ? <Swiping /> : null}
    </svg>
  );
}

/** What the pad's own little screen shows. */
function PadFace({ scene, digits }: { scene: PadScene; digits: number }) {
  switch (scene) {
    case 'pin': {
      const places = Math.max(PIN_PLACES, digits);
      const step = Math.min(16, 68 / places);
      const left = 140 - ((places - 1) * step) / 2;
      return Array.from({ length: places }, (_, place) => (
        <circle
          // Places of a PIN have nothing but their order.
          key={`place-${String(place)}`}
          className={place < digits ? 'pad-dot filled' : 'pad-dot'}
          cx={left + place * step}
          cy="55"
          r={places > 6 ? 3 : 4.5}
        />
      ));
    }
    case 'work':
    case 'wait':
      return [116, 140, 164].map((x) => <circle key={x} className="pad-beat" cx={x} cy="55" r="4" />);
    case 'remove':
      return <path className="pad-sign" d="M128 55l9 9 16-18" />;
    case 'message':
      return <path className="pad-sign" d="M112 46h56M112 55h56M112 64h34" />;
    case 'calm':
      return <path className="pad-sign soft" d="M112 58q7-8 14 0t14 0 14 0 14 0" />;
    default:
      return <path className="pad-sign soft" d="M118 50h44M126 61h28" />;
  }
}

function Keypad({ lit }: { lit: boolean }) {
  const columns = [103, 130, 157];
  const rows = [94, 117, 140, 163];
  return (
    <g className={lit ? 'pad-keys lit' : 'pad-keys'}>
      {rows.map((y) =>
        columns.map((x) => <rect key={`${x} ${y}`} x={x} y={y} width="20" height="15" rx="4" />),
      )}
    </g>
  );
}

/** Under the slot at the foot of the pad. */
function ChipCard({ scene }: { scene: PadScene }) {
  const moves = scene === 'insert' || scene === 'remove';
  return (
    <>
      <g className={`pad-card ${scene}`}>
        <rect className="card-face" x="106" y="150" width="68" height="94" rx="8" />
        <rect className="card-band" x="106" y="226" width="68" height="8" />
      </g>
      {moves ? (
        <path
          className="pad-arrow"
          d={scene === 'insert' ? 'M216 244v-44m-13 13l13-13 13 13' : 'M216 200v44m-13-13l13 13 13-13'}
        />
      ) : null}
    </>
  );
}

/** A card held over the pad's screen, and the waves between them. */
function Tapping() {
  return (
    <g>
      <path className="pad-wave" d="M196 70q9-15 0-30M208 78q14-23 0-46M220 86q19-31 0-62" />
      <g className="pad-card tap">
        <rect
          className="card-face"
          x="12"
          y="24"
          width="94"
          height="62"
          rx="8"
          transform="rotate(-10 59 55)"
        />
        <rect
          className="card-chip"
          x="24"
          y="44"
          width="17"
          height="14"
          rx="3"
          transform="rotate(-10 59 55)"
        />
        <path className="card-lines" d="M24 70h38M24 77h24" transform="rotate(-10 59 55)" />
      </g>
    </g>
  );
}

function Swiping() {
  return (
    <>
      <path className="pad-slot" d="M184 24v160" />
      <g className="pad-card swipe">
        <rect className="card-face" x="176" y="20" width="64" height="94" rx="8" />
        <rect className="card-band" x="186" y="20" width="10" height="94" />
      </g>
      <path className="pad-arrow" d="M260 120v56m-13-13l13 13 13-13" />
    </>
  );
}
