// The HTTP request that does the same as the screen, ready to paste into a terminal.
import { CopyButton } from './copy-button.tsx';
import './copy-button.css';

interface CurlLineProps {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export function CurlLine({ method = 'GET', path, body }: CurlLineProps) {
  const line = curlCommand(location.origin, { method, path, body });
  return (
    <div className="curl-line">
      <pre>{line}</pre>
      <CopyButton text={line} label="Copy the command" />
    </div>
  );
}

interface CurlRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** A curl command for a shell; `$TOKEN` stands for the reader's own. */
export function curlCommand(origin: string, { method, path, body }: CurlRequest): string {
  const parts = [
    method === 'GET' ? `curl ${origin}${path}` : `curl -X ${method} ${origin}${path}`,
    `-H "authorization: Bearer $TOKEN"`,
  ];
  if (body !== undefined) {
    parts.push(`-H "content-type: application/json"`, `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`);
  }
  return parts.join(' \\\n  ');
}
