// A user made by hand: with a password that you hand over, or by an invitation to set one.
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { User } from '../../client/index.ts';
import { api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { PasswordField, SelectField, TextField } from '../components/field.tsx';
import { formText, optionalFormText } from '../components/form-text.ts';
import { say } from '../components/notify.ts';
import { passwordRule } from '../components/password-rule.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { fieldFault, isToldByFields } from '../components/problem-words.ts';
import { settingsQuery } from '../shell/operator.ts';
import { renewUsers } from './users.ts';

interface CreateUserModalProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CreateUserModal({ isOpen, onClose }: CreateUserModalProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Create a user"
      closeButtonProps={{ 'aria-label': 'Close' }}
      keepMounted={false}
    >
      <CreateUserForm onDone={onClose} />
    </Modal>
  );
}

const roles = [
  { value: 'user', label: 'User: their own account and records' },
  { value: 'operator', label: 'Operator: everything, this console too' },
] as const;

function useCreateUser(onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (form: FormData) => {
      const name = optionalFormText(form, 'name');
      const password = optionalFormText(form, 'password');
      const role: User['role'] = formText(form, 'role') === 'operator' ? 'operator' : 'user';
      return api.accounts.operator.createUser({
        email: formText(form, 'email'),
        role,
        ...(name && { name }),
        ...(password && { password }),
      });
    },
    onSuccess: ({ user }, form) => {
      void renewUsers(cache);
      const isInvited = formText(form, 'password') === '';
      say(isInvited ? `${user.email} is invited: a mail asks for a password.` : `${user.email} can log in now.`);
      onDone();
    },
  });
}

function CreateUserForm({ onDone }: { readonly onDone: () => void }) {
  const settings = useQuery(settingsQuery());
  const create = useCreateUser(onDone);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(new FormData(event.currentTarget));
      }}
    >
      {create.isError && !isToldByFields(create.error, ['email', 'name', 'password']) && (
        <ProblemNotice error={create.error} />
      )}
      <TextField
        label="Email address"
        name="email"
        type="email"
        autoComplete="off"
        fault={fieldFault(create.error, 'email')}
        data-autofocus
        required
      />
      <TextField label="Name" name="name" autoComplete="off" fault={fieldFault(create.error, 'name')} />
      <SelectField label="Role" name="role" options={roles} />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        minLength={settings.data?.passwordMinLength}
        hint={`Leave it empty to send an invitation. Otherwise: ${passwordRule(settings.data?.passwordMinLength)}`}
        fault={fieldFault(create.error, 'password')}
      />
      <div className="form-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" weight="primary" isBusy={create.isPending}>
          Create the user
        </Button>
      </div>
    </form>
  );
}
