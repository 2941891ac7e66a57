// What the playground asks the server for: values only where each of them is given, and no empty index.
import type { WhatIfRequest } from '../../../client/index.ts';
import { parameterCount, type WhatIfDraft } from './draft.ts';

export function requestOf({ indexes, params, text }: WhatIfDraft): WhatIfRequest {
  const wanted = Array.from({ length: parameterCount(text) }, (_, index) => params[index] ?? '');
  const hasAny = wanted.some((value) => value !== '');
  const asked = indexes.map((ddl) => ddl.trim()).filter((ddl) => ddl !== '');
  return {
    text,
    ...(hasAny ? { params: wanted } : {}),
    ...(asked.length > 0 ? { indexes: asked } : {}),
  };
}
