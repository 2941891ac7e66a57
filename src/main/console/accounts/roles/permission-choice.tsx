// Permissions to tick, with what each opens.
import type { Permission } from '../../../client/roles.ts';

interface PermissionChoiceProps {
  readonly permissions: readonly Permission[];
  readonly chosen: readonly string[];
}

/** A role cannot give what every user may do anyway: those are scopes of API keys alone. */
export function PermissionChoice({ permissions, chosen }: PermissionChoiceProps) {
  const offered = permissions.filter(({ kind }) => kind === 'everybody');
  // What was given once and is no longer known is kept until it is taken away.
  const unknown = chosen.filter((name) => !offered.some((permission) => permission.name === name));
  return (
    <fieldset className="permission-choice">
      <legend className="field-label">May</legend>
      {offered.map(({ name, about, routes }) => (
        <label key={name} className="permission" title={routes.join('\n')}>
          <input type="checkbox" name="permissions" value={name} defaultChecked={chosen.includes(name)} />
          <span>
            <code>{name}</code>
            {about !== null && <span className="small soft">{about}</span>}
          </span>
        </label>
      ))}
      {unknown.map((name) => (
        <label key={name} className="permission">
          <input type="checkbox" name="permissions" value={name} defaultChecked />
          <span>
            <code>{name}</code>
            <span className="small faint">No route asks for it.</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
