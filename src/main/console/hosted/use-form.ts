// A form that says in the page's language what is missing, beside the field, before anything is sent; and there, too, what
// the server refused. The browser's own bubbles speak the browser's language and vanish.
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useWords, type Words } from './use-words.ts';

export interface HostedForm {
  readonly props: {
    readonly ref: RefObject<HTMLFormElement | null>;
    readonly className: string;
    readonly noValidate: true;
    readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
    readonly onInput: (event: FormEvent<HTMLFormElement>) => void;
  };
  readonly faultOf: (name: string) => string | null;
}

type Faults = Readonly<Record<string, string>>;
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** @param error what the last sending was refused with */
export function useForm(onSend: (form: FormData) => void, error: unknown): HostedForm {
  const words = useWords();
  const ref = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<Faults>({});
  const [typed, setTyped] = useState<readonly string[]>([]);

  useEffect(() => {
    if (error === null) return;
    setTyped([]);
    ref.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [error]);

  return {
    props: {
      ref,
      className: 'page-form',
      noValidate: true,
      onSubmit(event) {
        event.preventDefault();
        const found = findFaults(event.currentTarget, words);
        setFaults(found);
        const [first] = Object.keys(found);
        if (first === undefined) onSend(new FormData(event.currentTarget));
        else
          controlsOf(event.currentTarget)
            .find(({ name }) => name === first)
            ?.focus();
      },
      onInput(event) {
        const { name } = event.target as Control;
        setFaults(({ [name]: _mended, ...others }) => others);
        setTyped((names) => (names.includes(name) ? names : [...names, name]));
      },
    },
    faultOf: (name) => faults[name] ?? (typed.includes(name) ? null : words.fault(error, name)),
  };
}

function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter((element): element is Control => 'validity' in element && 'name' in element);
}

function findFaults(form: HTMLFormElement, { say }: Words): Faults {
  const faults: Record<string, string> = {};
  for (const control of controlsOf(form)) {
    const { valueMissing, typeMismatch, tooShort, patternMismatch } = control.validity;
    if (valueMissing) faults[control.name] = say('fault.missing');
    else if (typeMismatch) faults[control.name] = say('fault.email');
    else if (patternMismatch) faults[control.name] = say('fault.code');
    else if (tooShort)
      faults[control.name] = say('fault.tooShort', { count: Number(control.getAttribute('minlength')) });
  }
  return faults;
}
