// The wall page's upper edge: whose it is, the time, and the two ways out of it or further into it.
import { useFullscreenDocument } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Mark } from '../shell/mark.tsx';

export function LiveBar({ isStale }: { readonly isStale: boolean }) {
  const { fullscreen, toggle } = useFullscreenDocument();
  return (
    <div className="wall-bar">
      <Link to="/" className="wall-home" aria-label="To the overview">
        <Mark />
      </Link>
      <Clock isStale={isStale} />
      <IconButton
        icon={fullscreen ? 'shrink' : 'grow'}
        label={fullscreen ? 'Leave the full screen' : 'Fill the screen'}
        onClick={() => void toggle()}
      />
      <Link
        to="/"
        className="button icon-button"
        data-weight="quiet"
        aria-label="Back to the console"
        title="Back to the console"
      >
        <Icon name="close" />
      </Link>
    </div>
  );
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

/** Whoever looks at a wall wants to know that it is of now, and in which zone. */
function Clock({ isStale }: { readonly isStale: boolean }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <p className="wall-clock">
      <span className="wall-pulse" data-stale={isStale || undefined} />
      <time dateTime={now.toISOString()}>{clock.format(now)}</time>
      <span className="faint">
        {date.format(now)}, {timeZone}
      </span>
    </p>
  );
}
