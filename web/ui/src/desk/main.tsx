import { mount } from '../parts/Shell';
import { SignedIn } from '../parts/SignedIn';
import { Desk } from './Desk';

mount(<SignedIn>{(user) => <Desk user={user} />}</SignedIn>);
