/** Shown over everything while the host cannot be reached; the screen underneath takes no keys. */
import { Icon } from '../ui/icons.tsx';
import { useWords } from '../ui/terminal.tsx';

export function LinkLost({ cover, everLinked }: { cover: boolean; everLinked: boolean }) {
  const words = useWords();
  return (
    <div className={cover ? 'link-lost cover' : 'link-lost'} role="alert" data-testid="link-lost">
      <div className="link-lost-box">
        <Icon name="wait" className="icon large" />
        <h1>{everLinked ? words.link.lost : words.link.connecting}</h1>
        <p>{everLinked ? words.link.lostText : words.link.tokenMissing}</p>
        <div className="sweep" />
      </div>
    </div>
  );
}
