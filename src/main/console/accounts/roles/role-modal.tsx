// One role: its permissions, whether it demands a second factor, and its end.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RoleDefinition } from '../../../client/roles.ts';
import { api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { CheckField, TextField } from '../../components/field.tsx';
import { formText } from '../../components/form-text.ts';
import { say } from '../../components/notify.ts';
import { plural } from '../../components/number-words.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../../components/problem-words.ts';
import { useStepUp } from '../../hosted/step-up.tsx';
import { PermissionChoice } from './permission-choice.tsx';
import { readRole } from './read-role.ts';
import { daysOfGrace } from './role-words.ts';
import { permissionsQuery, renewRoles } from './roles.ts';

const SUGGESTED_GRACE_DAYS = '7';

interface RoleModalProps {
  readonly opened: RoleDefinition | 'new' | null;
  readonly onClose: () => void;
}

export function RoleModal({ opened, onClose }: RoleModalProps) {
  return (
    <Modal
      opened={opened !== null}
      onClose={onClose}
      title={opened === null || opened === 'new' ? 'Create a role' : `Role ${opened.name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      {opened !== null && <RoleForm role={opened === 'new' ? null : opened} onDone={onClose} />}
    </Modal>
  );
}

interface RoleFormProps {
  /** Null for a new one. */
  readonly role: RoleDefinition | null;
  readonly onDone: () => void;
}

function useSaveRole({ role, onDone }: RoleFormProps) {
  const cache = useQueryClient();
  const withProof = useStepUp();
  return useMutation({
    mutationFn: (form: FormData) => {
      const content = readRole(form);
      return withProof(() =>
        role === null
          ? api.accounts.roles.create({ name: formText(form, 'name'), ...content })
          : api.accounts.roles.change(role.name, content),
      );
    },
    onSuccess: ({ name }) => {
      say(role === null ? `The role ${name} is there.` : `The role ${name} is changed for everyone who has it.`);
      onDone();
      return renewRoles(cache);
    },
  });
}

function RoleForm({ role, onDone }: RoleFormProps) {
  const permissions = useQuery(permissionsQuery());
  const save = useSaveRole({ role, onDone });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(new FormData(event.currentTarget));
      }}
    >
      {save.isError && !isToldByFields(save.error, ['name', 'about']) && <ProblemNotice error={save.error} />}
      {role === null && (
        <TextField
          label="Name"
          name="name"
          hint="Small letters, digits and hyphens. It cannot be changed later."
          pattern="[a-z][a-z0-9\-]*"
          maxLength={50}
          autoComplete="off"
          fault={fieldFault(save.error, 'name')}
          data-autofocus
          required
        />
      )}
      <TextField
        label="What it is for"
        name="about"
        maxLength={500}
        autoComplete="off"
        defaultValue={role?.about ?? ''}
        fault={fieldFault(save.error, 'about')}
      />
      {permissions.isError && <ProblemNotice error={permissions.error} onRetry={() => void permissions.refetch()} />}
      {permissions.data && <PermissionChoice permissions={permissions.data} chosen={role?.permissions ?? []} />}
      <DemandFields role={role} />
      <div className="form-actions">
        {role !== null && <DeleteRole role={role} onDone={onDone} />}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={save.isPending}>
          {role === null ? 'Create the role' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

/** A new role asks for one unless it is said otherwise: what it opens is more than a password should guard. */
function DemandFields({ role }: Pick<RoleFormProps, 'role'>) {
  const [demands, setDemands] = useState(role?.demandsSecondFactor ?? true);
  return (
    <div className="role-demand">
      <CheckField
        label="Demands a second factor"
        name="demandsSecondFactor"
        checked={demands}
        onChange={(event) => setDemands(event.target.checked)}
      />
      {demands && (
        <TextField
          label="Days to set one up, from when the role is given"
          name="graceDays"
          type="number"
          min={0}
          max={365}
          step="any"
          defaultValue={role === null ? SUGGESTED_GRACE_DAYS : daysOfGrace(role.graceMs)}
        />
      )}
    </div>
  );
}

/** The first click says what will be lost. */
function DeleteRole({ role, onDone }: { readonly role: RoleDefinition; readonly onDone: () => void }) {
  const cache = useQueryClient();
  const withProof = useStepUp();
  const [isAsked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => withProof(() => api.accounts.roles.delete(role.name)),
    onSuccess: () => {
      say(`The role ${role.name} is deleted.`);
      onDone();
      return renewRoles(cache);
    },
  });
  const words =
    role.users === 0 ? 'Delete the role' : `Take it from ${plural(role.users, 'user', 'users')} and delete it`;
  return (
    <div className="role-delete">
      {remove.isError && <ProblemNotice error={remove.error} />}
      <Button
        weight={isAsked ? 'danger' : 'quiet'}
        isBusy={remove.isPending}
        onClick={() => (isAsked ? remove.mutate() : setAsked(true))}
      >
        {isAsked ? words : 'Delete'}
      </Button>
    </div>
  );
}
