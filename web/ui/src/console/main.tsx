import { mount } from '../parts/Shell';
import { SignedIn } from '../parts/SignedIn';

mount(<SignedIn>{(user) => <main>{user.name}</main>}</SignedIn>);
