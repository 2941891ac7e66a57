// For someone who is logged in and has no business here: said kindly, with a way out.
import type { User } from '../../client/index.ts';
import { Button } from '../components/button.tsx';
import { Door } from './door.tsx';
import { useLogOut } from './use-log-out.ts';

export function NotAnOperator({ user }: { readonly user: User }) {
  const logOut = useLogOut();
  return (
    <Door title="The console is for operators">
      <p className="soft">
        You are logged in as {user.email}, an account without that role. An operator can give it to you under Users.
      </p>
      <p>
        <a href="/accounts/">To your own account</a>
      </p>
      <Button onClick={logOut}>Log in as someone else</Button>
    </Door>
  );
}
