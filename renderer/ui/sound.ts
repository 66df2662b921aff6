/** Short tones a cashier knows without looking. Silent where the browser has no sound or has not been touched yet. */
export interface Sounds {
  refused(): void;
  paid(): void;
}

interface Tone {
  readonly hertz: number;
  readonly fromS: number;
  readonly forS: number;
}

const REFUSED: readonly Tone[] = [
  { hertz: 220, fromS: 0, forS: 0.14 },
  { hertz: 165, fromS: 0.18, forS: 0.22 },
];
const PAID: readonly Tone[] = [
  { hertz: 660, fromS: 0, forS: 0.09 },
  { hertz: 880, fromS: 0.1, forS: 0.16 },
];
const LOUDNESS = 0.12;

/** Browsers refuse sound before the first touch of the page: until `mayPlay`, nothing is made. */
export function sounds(makeContext: () => AudioContext, mayPlay: () => boolean): Sounds {
  let context: AudioContext | null = null;
  const play = (tones: readonly Tone[], wave: OscillatorType): void => {
    if (!mayPlay()) return;
    context ??= makeContext();
    if (context.state === 'suspended') void context.resume();
    for (const tone of tones) sound(context, tone, wave);
  };
  return { refused: () => play(REFUSED, 'square'), paid: () => play(PAID, 'sine') };
}

function sound(context: AudioContext, { hertz, fromS, forS }: Tone, wave: OscillatorType): void {
  const begin = context.currentTime + fromS;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = wave;
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(LOUDNESS, begin);
  gain.gain.exponentialRampToValueAtTime(0.0001, begin + forS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + forS);
}
