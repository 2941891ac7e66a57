// A text as a picture that a camera reads: dark on white in both themes, as cameras want it.
import { encode } from 'uqr';

interface QrCodeProps {
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}

/** Light modules around it; the standard asks for four. */
const BORDER = 4;

export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  return (
    <svg className="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={data.map(drawRow).join('')} fill="#000000" />
    </svg>
  );
}

/** Dark modules of a row as rectangles, neighbours as one. */
function drawRow(row: readonly boolean[], y: number): string {
  const runs: string[] = [];
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x] || row[x - 1]) continue;
    let end = x;
    while (row[end]) end += 1;
    runs.push(`M${x} ${y}h${end - x}v1H${x}z`);
  }
  return runs.join('');
}
